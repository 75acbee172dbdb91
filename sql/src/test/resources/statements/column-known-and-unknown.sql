SELECT ssn, colour, total FROM customers, paint WHERE customers.id = paint.id
