CREATE TABLE "public".child () INHERITS ("public"."customers")
