COPY customers (name, ssn) TO STDOUT WITH (FORMAT csv, HEADER)
