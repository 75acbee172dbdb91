DELETE FROM "public"."customers" WHERE CASE WHEN true THEN true ELSE id = 1 END
