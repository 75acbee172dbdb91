SELECT 1 -- x
FROM public.customers
