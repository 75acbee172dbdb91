SELECT name FROM "sluice_shop"."find_mail"($1) AS "people" /* who */ WHERE mail IS NOT NULL
