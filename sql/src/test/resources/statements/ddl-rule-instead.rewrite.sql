CREATE OR REPLACE RULE r AS ON DELETE TO orders WHERE old.total > 5 DO INSTEAD (UPDATE "public"."customers" SET name = 'x'; NOTIFY gone)
