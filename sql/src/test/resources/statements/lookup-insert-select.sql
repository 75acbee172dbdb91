INSERT INTO orders (customer_id) SELECT id FROM people WHERE mail = $1 RETURNING id
