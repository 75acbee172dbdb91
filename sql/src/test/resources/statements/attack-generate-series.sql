SELECT generate_series(1, (SELECT length(ssn) FROM public.users WHERE id=1))
