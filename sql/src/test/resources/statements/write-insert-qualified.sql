INSERT INTO public.customers AS c (name) VALUES ('a') RETURNING c.id
