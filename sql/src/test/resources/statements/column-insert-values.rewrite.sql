INSERT INTO "public"."customers" VALUES (1, 'a', 'b', DEFAULT)
