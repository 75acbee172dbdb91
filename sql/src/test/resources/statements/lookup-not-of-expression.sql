SELECT id FROM people WHERE lower(mail) = $1 AND mail::text = $2 AND mail = lower($3)
