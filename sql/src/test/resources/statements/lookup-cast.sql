SELECT people.name FROM people WHERE people.mail = $1::VARCHAR
