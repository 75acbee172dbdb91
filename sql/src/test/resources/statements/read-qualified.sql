SELECT * FROM public.customers
