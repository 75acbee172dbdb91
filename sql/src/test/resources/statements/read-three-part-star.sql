SELECT public.customers.* FROM public.customers
