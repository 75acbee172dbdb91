SELECT o.*, u.* FROM orders o JOIN public.users u ON u.id = o.user_id LEFT JOIN public.customers USING (id) WHERE u.id = 1
