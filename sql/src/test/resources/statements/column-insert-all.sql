INSERT INTO customers SELECT * FROM staging
