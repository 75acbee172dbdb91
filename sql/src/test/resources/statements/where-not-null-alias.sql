UPDATE public.customers AS c SET name = 'x' WHERE c.id IS NOT NULL
