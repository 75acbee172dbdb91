SELECT id INTO TEMP picked FROM public.customers
