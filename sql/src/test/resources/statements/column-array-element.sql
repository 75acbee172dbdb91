SELECT tags[1], (matrix)[2][3], (array_agg(note))[1] FROM orders GROUP BY 1
