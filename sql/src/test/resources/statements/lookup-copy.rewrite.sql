COPY (SELECT name FROM "sluice_shop"."find_mail"('a') AS "people" WHERE mail IS NOT NULL) TO STDOUT
