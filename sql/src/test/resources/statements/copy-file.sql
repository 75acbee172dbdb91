COPY public.users TO '/tmp/x'
