BEGIN; SELECT * FROM public.customers; UPDATE customers SET name = 'x' WHERE id = 1; COMMIT
