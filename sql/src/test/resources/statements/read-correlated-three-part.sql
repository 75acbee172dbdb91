SELECT 1 FROM public.customers WHERE EXISTS (SELECT 1 FROM orders WHERE orders.customer_id = public.customers.id)
