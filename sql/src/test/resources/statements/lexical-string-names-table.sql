SELECT 'public.customers', "public.customers" FROM t
