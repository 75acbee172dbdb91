TRUNCATE "public"."customers", public.orders RESTART IDENTITY CASCADE
