SELECT b FROM public.users AS t(a, n, b, c, d) WHERE a = 1
