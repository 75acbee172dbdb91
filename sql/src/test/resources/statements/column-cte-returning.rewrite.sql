WITH gone AS (DELETE FROM "public"."customers" WHERE id = 3 RETURNING ssn AS number) SELECT number FROM gone
