SELECT ssn(u), (u).ssn FROM users u WHERE id = 1
