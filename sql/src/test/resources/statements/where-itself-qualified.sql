DELETE FROM customers WHERE customers.id = id
