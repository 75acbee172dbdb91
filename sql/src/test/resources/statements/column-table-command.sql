TABLE customers ORDER BY ssn LIMIT 5
