DELETE FROM orders WHERE id = $1 AND $2
