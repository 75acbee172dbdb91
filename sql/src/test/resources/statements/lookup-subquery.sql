SELECT * FROM orders WHERE customer_id IN (SELECT id FROM people WHERE mail = $1)
