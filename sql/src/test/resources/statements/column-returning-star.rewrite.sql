INSERT INTO "public"."käufer" (id, name, ssn) VALUES (7731, 'n', 's'), (7732, 'n', 's') RETURNING "id", "name", NULL::text AS "ssn"
