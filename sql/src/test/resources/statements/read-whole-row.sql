SELECT users::text, row_to_json(users) FROM users WHERE id = 1
