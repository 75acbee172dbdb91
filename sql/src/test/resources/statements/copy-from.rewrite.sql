COPY "public"."customers" (id, name) FROM STDIN
