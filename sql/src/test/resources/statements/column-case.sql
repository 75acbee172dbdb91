SELECT CASE WHEN total > 5 THEN note ELSE (SELECT name FROM customers c WHERE c.id = customer_id) END AS x FROM orders
