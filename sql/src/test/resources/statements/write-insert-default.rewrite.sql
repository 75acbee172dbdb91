INSERT INTO "public"."customers" DEFAULT VALUES
