\d customers
