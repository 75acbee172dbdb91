SELECT * FROM crosstab('SELECT ssn FROM customers') AS ct (a text)
