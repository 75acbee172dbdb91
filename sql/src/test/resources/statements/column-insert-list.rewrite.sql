INSERT INTO "public"."customers" (name, ssn) SELECT name, note FROM users, orders
