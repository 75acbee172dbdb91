SELECT public.customers.id FROM customers
