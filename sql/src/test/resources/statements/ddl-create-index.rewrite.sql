CREATE UNIQUE INDEX CONCURRENTLY i ON "public"."customers" (lower(email)) WHERE id > 0
