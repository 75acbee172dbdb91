UPDATE customers SET name = 'x' WHERE public.customers.id = 1
