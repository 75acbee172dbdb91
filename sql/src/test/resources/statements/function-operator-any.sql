SELECT 1 FROM orders WHERE total OPERATOR(billing.=) ANY (ARRAY[1]) AND id <@> ALL (SELECT id FROM customers)
