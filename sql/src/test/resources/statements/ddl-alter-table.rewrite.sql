ALTER TABLE "public"."customers" ADD COLUMN nick text, DROP COLUMN x, ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES public.orders (id)
