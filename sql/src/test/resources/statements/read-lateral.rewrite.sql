SELECT l.z FROM "sluice_shop"."users" u CROSS JOIN LATERAL (SELECT u.ssn AS z FROM "sluice_shop"."customers" c WHERE c.id = u.id) l
