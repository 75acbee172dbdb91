INSERT INTO accounts VALUES (1); INSERT INTO public.accounts VALUES (2)
