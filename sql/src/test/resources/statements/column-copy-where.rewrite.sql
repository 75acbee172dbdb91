COPY "public"."customers" (id, name) FROM STDIN WHERE id > 3 AND email IS NULL
