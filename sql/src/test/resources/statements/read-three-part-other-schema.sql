SELECT archive.users.id, public.users.id FROM archive.users, public.users
