SELECT name FROM public.users * WHERE id = 1
