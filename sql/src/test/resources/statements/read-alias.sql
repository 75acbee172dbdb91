SELECT c.id FROM public.customers AS c WHERE c.id = 1
