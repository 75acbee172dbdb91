LISTEN ch; NOTIFY ch, 'payload'; UNLISTEN *; SELECT pg_notify('ch', (SELECT ssn FROM public.users WHERE id = 1))
