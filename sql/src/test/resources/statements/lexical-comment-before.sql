-- find
/* them /* nested */ all */ SELECT * FROM public.customers -- end
