SELECT v.a, c.name FROM (VALUES (1, 'x'), (2, 'y')) AS v (a, b) JOIN customers c ON c.id = v.a
