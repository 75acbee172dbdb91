COPY customers (id, name) FROM STDIN
