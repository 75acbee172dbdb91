CREATE FUNCTION "public".f() RETURNS void LANGUAGE sql SET role = 'postgres' AS 'SELECT 1'
