SELECT rt.public.users.name, rt.public.users.* FROM rt.public.users WHERE rt.public.users.id = 1
