INSERT INTO customers SELECT * FROM public.customers
