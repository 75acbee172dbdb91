SELECT id FROM people WHERE mail LIKE 'a%' AND "Phone" <> 'b' AND mail || 'x' = 'y'
