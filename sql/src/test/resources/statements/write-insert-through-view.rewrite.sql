INSERT INTO "sluice_shop"."accounts" VALUES (1); INSERT INTO "sluice_shop"."accounts" VALUES (2)
