SELECT name FROM public.people /* who */ WHERE mail = $1
