DROP TABLE IF EXISTS orders, public."Odd.Table" CASCADE
