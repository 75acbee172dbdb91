CREATE FUNCTION pg_temp.eqq(text,text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS $$begin raise notice '%',$1; return true; end$$
