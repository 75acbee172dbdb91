SELECT id FROM public.customers WHERE id = 1 FOR UPDATE OF customers SKIP LOCKED
