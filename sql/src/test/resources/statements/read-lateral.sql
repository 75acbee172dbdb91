SELECT l.z FROM public.users u CROSS JOIN LATERAL (SELECT u.ssn AS z FROM public.customers c WHERE c.id = u.id) l
