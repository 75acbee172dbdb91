COPY orders (id) TO STDOUT
