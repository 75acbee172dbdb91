-- What postgres-wider.tsv needs beside postgres-setup.sql.
CREATE EXTENSION hstore;
CREATE STATISTICS users_ssn_name (mcv, dependencies, ndistinct) ON ssn, name FROM users;
CREATE STATISTICS users_ssn_prefix ON (left(ssn, 9)) FROM users;
CREATE FUNCTION f_secret(i int) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT ssn FROM public.users WHERE id=i';
CREATE FUNCTION f_secret_row(i int) RETURNS users LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM public.users WHERE id=i';
CREATE PROCEDURE p_secret(INOUT r text) LANGUAGE plpgsql SECURITY DEFINER AS $$begin SELECT ssn INTO r FROM public.users WHERE id=1; end$$;
CREATE TABLE late(id int); INSERT INTO late VALUES (1); ALTER TABLE late ADD COLUMN note text DEFAULT 'none';
ANALYZE;
