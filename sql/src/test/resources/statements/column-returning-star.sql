INSERT INTO käufer (id, name, ssn) VALUES (7731, 'n', 's'), (7732, 'n', 's') RETURNING *
