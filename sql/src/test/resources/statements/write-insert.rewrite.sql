INSERT INTO "public"."customers" (name, ssn) VALUES ('a', '1')
