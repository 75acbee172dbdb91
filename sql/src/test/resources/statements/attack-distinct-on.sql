SELECT DISTINCT ON (substr(ssn, 1, 7)) id FROM public.users ORDER BY substr(ssn, 1, 7)
