SELECT t.b FROM public.users AS t(a, n, b)
