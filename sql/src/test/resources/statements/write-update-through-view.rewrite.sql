UPDATE "sluice_shop"."accounts" SET x = 1 WHERE id = 1; UPDATE "sluice_shop"."accounts" SET x = 1 WHERE "sluice_shop"."accounts".id = 1
