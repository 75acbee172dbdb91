CREATE TEMP TABLE t (a text DEFAULT secret(1)); CREATE TEMP VIEW v AS SELECT secret(1); CREATE TEMP TABLE c (a int CHECK (secret(a) = 'x'))
