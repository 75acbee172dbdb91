UPDATE accounts SET x = 1 WHERE id = 1; UPDATE public.accounts SET x = 1 WHERE public.accounts.id = 1
