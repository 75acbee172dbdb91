CALL public.p_wipe(1, (SELECT count(*) FROM public.users))
