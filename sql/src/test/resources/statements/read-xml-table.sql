SELECT x.* FROM users, XMLTABLE('/r' PASSING query_to_xml('table users', true, false, '') COLUMNS a text PATH 'a') x
