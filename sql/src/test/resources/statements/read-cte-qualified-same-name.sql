WITH customers AS (SELECT * FROM public.customers) SELECT * FROM customers JOIN public.customers p ON true
