SELECT jt.* FROM orders, JSON_TABLE(doc, '$[*]' COLUMNS (id int PATH '$.id')) AS jt
