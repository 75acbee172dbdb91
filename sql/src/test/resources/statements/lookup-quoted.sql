SELECT "people"."id" FROM "people" WHERE ("people"."Phone" = '+49 30 1') LIMIT 21
