COMMENT ON TABLE public.customers IS 'x'; COMMENT ON COLUMN customers.name IS NULL; COMMENT ON FUNCTION f(int) IS 'y'; SECURITY LABEL FOR anon ON COLUMN public.users.ssn IS 'MASKED'
