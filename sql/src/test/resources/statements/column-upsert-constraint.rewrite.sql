INSERT INTO "public"."customers" (id) VALUES (1) ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET (name, email) = ROW (excluded.name, lower(customers.ssn))
