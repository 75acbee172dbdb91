SELECT uuidv7(), any_value(id) FROM orders
