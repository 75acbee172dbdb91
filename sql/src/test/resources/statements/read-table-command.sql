TABLE public.customers
