SELECT (SELECT name FROM public.users WHERE id = 1), EXISTS (SELECT 1 FROM public.customers), ARRAY(SELECT id FROM public.users)
