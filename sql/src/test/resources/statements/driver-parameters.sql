SELECT id, name, email FROM customers WHERE id = $1 AND region = ANY ($2) LIMIT $3
