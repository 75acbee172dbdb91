INSERT INTO public.käufer (id, name) VALUES (7731, 'n') RETURNING käufer."id", käufer."name", NULL::text AS "ssn"
