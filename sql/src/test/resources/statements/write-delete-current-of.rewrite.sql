DELETE FROM "public"."customers" WHERE CURRENT OF c
