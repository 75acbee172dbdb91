SELECT 1 FROM customers JOIN (SELECT '123' AS ssn) g USING (ssn)
