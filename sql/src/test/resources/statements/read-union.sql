SELECT id FROM public.users UNION ALL SELECT id FROM public.customers EXCEPT SELECT 1
