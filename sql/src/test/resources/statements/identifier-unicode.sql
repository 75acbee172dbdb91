SELECT * FROM public.käufer WHERE name = 'Jürgen' AND public.käufer.id = 1
