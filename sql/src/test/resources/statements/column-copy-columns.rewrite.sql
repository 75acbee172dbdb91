COPY (SELECT name, ssn FROM "sluice_shop"."customers") TO STDOUT WITH (FORMAT csv, HEADER)
