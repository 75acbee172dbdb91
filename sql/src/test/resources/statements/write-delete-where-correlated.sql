DELETE FROM sink WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = sink.id)
