SELECT (1).secret, (u.id).secret, (id).secret, ((SELECT 1)).secret, (id + 0).secret FROM users u
