SELECT date_trunc('day', archived_at) AS day, count(*) FROM orders GROUP BY day HAVING sum(total) > 5
