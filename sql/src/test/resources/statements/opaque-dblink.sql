SELECT * FROM dblink('host=localhost password=x', 'select ssn from users where id=1') t(x text)
