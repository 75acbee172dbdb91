SELECT 'a'
  'b' FROM public.customers
