SELECT * FROM people p WHERE p.mail = 'a@b.example' AND p.name <> 'x' ORDER BY p.id
