SELECT people.name FROM "sluice_shop"."find_mail"($1::VARCHAR) AS "people" WHERE people.mail IS NOT NULL
