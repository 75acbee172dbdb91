CREATE VIEW v AS SELECT c.ssn, o.* FROM customers c JOIN orders o ON o.customer_id = c.id WITH CHECK OPTION
