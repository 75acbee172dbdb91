DELETE FROM "public"."customers" USING "sluice_shop"."users" u WHERE customers.id = u.id
