-- What a grant makes of them: masked views ahead of the tables, and no SELECT on a masked column.
CREATE SCHEMA sluice_shop;
CREATE SCHEMA sluice_sales;
CREATE VIEW sluice_shop.customers WITH (security_barrier) AS
  SELECT id, name, email, region, parent, a, d, data, "na""me", 'MASKED1234'::text AS ssn FROM public.customers;
CREATE VIEW sluice_shop.users WITH (security_barrier) AS
  SELECT id, name, n, salary, data, d, 'MASKED1234'::text AS ssn FROM public.users;
CREATE VIEW sluice_shop.accounts WITH (security_barrier) AS SELECT id, x FROM public.accounts WHERE id < 100 WITH CHECK OPTION;
CREATE VIEW sluice_shop."Odd.Table" WITH (security_barrier) AS SELECT x, 'MASKED1234'::text AS ssn FROM public."Odd.Table";
CREATE VIEW sluice_shop.käufer WITH (security_barrier) AS SELECT id, name, 'MASKED1234'::text AS ssn FROM public.käufer;
CREATE VIEW sluice_sales.customers WITH (security_barrier) AS SELECT id, 'MASKED1234'::text AS ssn FROM "Sales ""EU""".customers;
GRANT USAGE ON SCHEMA public, archive, "Sales ""EU""", sluice_shop, sluice_sales TO governed;
GRANT CREATE ON SCHEMA public TO governed;
GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA sluice_shop, sluice_sales TO governed;
GRANT INSERT ON sluice_shop.accounts TO governed;
GRANT INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES ON public.customers, public.users TO governed;
GRANT SELECT (id, name, email, region, parent, a, d, data) ON public.customers TO governed;
GRANT INSERT, UPDATE ON public.käufer TO governed;
GRANT SELECT (id, name) ON public.käufer TO governed;
GRANT ALL ON public.orders, public.sink TO governed;
GRANT SELECT ON archive.users TO governed;
CREATE SCHEMA sluice;
GRANT USAGE ON SCHEMA sluice TO governed;
-- What the operator makes tells of tables in the place of their views; here it is enough that it can be called.
CREATE FUNCTION sluice.current_schema() RETURNS name RETURN 'public'::name;
CREATE FUNCTION sluice.pg_table_is_visible(oid) RETURNS boolean RETURN pg_catalog.pg_table_is_visible($1);
