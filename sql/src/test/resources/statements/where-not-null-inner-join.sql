DELETE FROM visits v USING orders o JOIN customers c ON c.id = o.customer_id WHERE c.id IS NOT NULL
