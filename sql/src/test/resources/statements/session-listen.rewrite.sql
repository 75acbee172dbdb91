LISTEN ch; NOTIFY ch, 'payload'; UNLISTEN *; SELECT pg_notify('ch', (SELECT ssn FROM "sluice_shop"."users" WHERE id = 1))
