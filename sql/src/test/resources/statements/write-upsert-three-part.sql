INSERT INTO public.customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = public.customers.name
