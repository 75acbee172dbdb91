REINDEX TABLE CONCURRENTLY "public"."customers"; REINDEX (CONCURRENTLY false) TABLE "public"."customers"; VACUUM "public"."customers"; VACUUM FULL "public"."customers"
