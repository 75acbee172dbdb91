SELECT * FROM public.customers p JOIN "Sales ""EU""".customers s ON s.id = p.id
