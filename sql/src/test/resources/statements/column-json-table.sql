SELECT jt.* , kind FROM orders, JSON_TABLE(note::jsonb, '$[*]' AS root COLUMNS (id int PATH '$.id', NESTED PATH '$.tags[*]' COLUMNS (kind text PATH '$'))) AS jt
