COPY "sluice_shop"."accounts" FROM STDIN
