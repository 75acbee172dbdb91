COPY public.customers FROM STDIN WHERE id > 10
