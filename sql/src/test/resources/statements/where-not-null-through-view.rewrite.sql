DELETE FROM "sluice_shop"."accounts" WHERE balance IS NOT NULL
