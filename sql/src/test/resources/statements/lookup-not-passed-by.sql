SELECT public.people.id FROM public.people WHERE public.people.mail = $1
