COPY public.customers (id, "na""me") TO STDOUT WITH (FORMAT csv, HEADER)
