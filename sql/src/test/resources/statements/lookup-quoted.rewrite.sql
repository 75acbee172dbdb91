SELECT "people"."id" FROM "sluice_shop"."find_Phone"('+49 30 1') AS "people" WHERE ("people"."Phone" IS NOT NULL) LIMIT 21
