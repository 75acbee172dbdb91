SELECT id FROM "sluice_shop"."find_mail"('a') AS "people" WHERE mail IS NOT NULL UNION SELECT id FROM "sluice_shop"."find_Phone"('b') AS "people" WHERE "Phone" IS NOT NULL
