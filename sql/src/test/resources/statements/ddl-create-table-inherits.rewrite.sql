CREATE TABLE child () INHERITS ("public"."customers")
