UPDATE customers c SET name = p.name FROM public.customers p WHERE p.id = c.parent
