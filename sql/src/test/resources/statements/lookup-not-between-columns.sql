SELECT p.id FROM people p JOIN orders o ON p.mail = o.note WHERE p.mail = o.region
