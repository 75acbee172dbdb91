SELECT o.*, u.* FROM orders o JOIN "sluice_shop"."users" u ON u.id = o.user_id LEFT JOIN "sluice_shop"."customers" USING (id) WHERE u.id = 1
