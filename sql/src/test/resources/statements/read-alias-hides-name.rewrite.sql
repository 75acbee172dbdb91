SELECT public.customers.id FROM "sluice_shop"."customers" AS c
