COPY (SELECT ssn FROM public.users WHERE id = 1) TO STDOUT
