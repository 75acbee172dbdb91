SELECT customers.id AS customers_id, customers.name AS customers_name 
FROM customers 
WHERE customers.id = 5
