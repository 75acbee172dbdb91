SELECT public.customers.id, public.customers.name 
FROM public.customers 
WHERE public.customers.id = 5 ORDER BY public.customers.id
