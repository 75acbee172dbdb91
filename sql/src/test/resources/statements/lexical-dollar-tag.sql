SELECT $a$ ; $$ public.customers $a$; DELETE FROM sink
