UPDATE orders SET total = (SELECT count(*) FROM public.users) WHERE id IN (SELECT id FROM public.customers)
