WITH users AS (SELECT 1) SELECT ssn FROM public.users WHERE id = 1
