SELECT name FROM people WHERE 'a@b.example'::varchar(60) = mail LIMIT 1
