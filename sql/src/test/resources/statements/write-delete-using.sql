DELETE FROM customers USING public.users u WHERE customers.id = u.id
