SELECT j.ssn FROM (customers c JOIN orders o ON c.id = o.customer_id) AS j WHERE j.total > 5
