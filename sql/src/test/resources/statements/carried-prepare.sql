PREPARE p (int) AS SELECT ssn FROM public.users WHERE id = $1
