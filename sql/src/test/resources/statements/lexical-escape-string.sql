SELECT E'it\'s; DROP TABLE x', 'a\' FROM public.customers
