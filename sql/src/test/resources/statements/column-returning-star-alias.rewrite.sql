UPDATE "public"."käufer" AS k SET name = 'x' WHERE k.id = 1 RETURNING k."id", k."name", NULL::text AS "ssn", k.id + 1
