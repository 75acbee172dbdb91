SELECT '😀😀' AS "😀", 'é' FROM public.customers WHERE public.customers.id = 1; SELECT 'ü' FROM public.users
