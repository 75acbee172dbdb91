SELECT a.id FROM "sluice_shop"."archive.accounts" a JOIN "sluice_shop"."accounts" b USING (id) JOIN accounts c USING (id)
