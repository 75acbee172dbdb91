SELECT * FROM (SELECT * FROM (SELECT * FROM public.users) a) b WHERE b.id IN (SELECT x.id FROM (VALUES (1)) x(id) WHERE EXISTS (SELECT FROM public.customers))
