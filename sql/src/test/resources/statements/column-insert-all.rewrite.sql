INSERT INTO "public"."customers" SELECT * FROM staging
