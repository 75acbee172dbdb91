SELECT id, (SELECT max(o.id) FROM orders o WHERE people.mail = 'a') FROM people
