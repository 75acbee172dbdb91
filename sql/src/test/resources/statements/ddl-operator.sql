CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = f, COMMUTATOR = ===); DROP OPERATOR IF EXISTS === (text, text)
