SELECT x.secret FROM generate_series(1, 1) x
