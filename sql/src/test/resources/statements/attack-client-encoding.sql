SET client_encoding = 'SJIS'; SELECT ssn FROM users WHERE id=1
