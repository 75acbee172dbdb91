SELECT * FROM ROWS FROM (f_row(1), generate_series(1, 2)) AS t
