UPDATE orders o SET total = s.sum FROM (SELECT customer_id, sum(total) AS sum FROM orders GROUP BY customer_id) s WHERE s.customer_id = o.customer_id AND s.sum > 3
