CREATE RULE r AS ON INSERT TO orders DO ALSO (DELETE FROM sink; SELECT * FROM "sluice_shop"."users")
