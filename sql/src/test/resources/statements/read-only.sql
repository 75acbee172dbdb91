SELECT name FROM ONLY (public.users) WHERE id = 1
