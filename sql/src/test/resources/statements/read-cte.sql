WITH c AS (SELECT * FROM public.customers) SELECT * FROM c
