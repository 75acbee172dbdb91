DELETE FROM "public"."people" WHERE mail = $1
