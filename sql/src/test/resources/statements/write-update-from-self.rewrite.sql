UPDATE "public"."customers" c SET name = p.name FROM "sluice_shop"."customers" p WHERE p.id = c.parent
