SELECT * FROM public."customers; DROP TABLE orders --"
