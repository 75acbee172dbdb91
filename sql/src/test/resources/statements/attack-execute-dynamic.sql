PREPARE p AS SELECT set_config($1, $2, false); EXECUTE p ('role', 'none')
