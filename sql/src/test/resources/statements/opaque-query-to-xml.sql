SELECT query_to_xml('select ssn from users where id=1', true, false, '')
