SELECT x.name, price FROM orders o, XMLTABLE('/r' PASSING (o.note::xml) COLUMNS name text PATH '@n', price numeric PATH '@p', seq FOR ORDINALITY) x
