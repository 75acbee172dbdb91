LOCK TABLE customers, public.orders IN SHARE MODE NOWAIT
