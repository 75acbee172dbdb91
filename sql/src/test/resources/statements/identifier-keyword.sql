SELECT * FROM public.order_items AS "select", "public"."user"
