INSERT INTO sink SELECT id, ssn FROM public.users WHERE id = 1 RETURNING v
