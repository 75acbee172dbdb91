SELECT name FROM "sluice_shop"."find_mail"('a@b.example'::varchar(60)) AS "people" WHERE mail IS NOT NULL LIMIT 1
