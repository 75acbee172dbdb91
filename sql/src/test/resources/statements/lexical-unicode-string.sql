SELECT U&'d\0061t\+000061' FROM public.users
