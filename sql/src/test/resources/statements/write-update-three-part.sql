UPDATE public.customers SET name = 'x' WHERE public.customers.id = 1 RETURNING public.customers.id
