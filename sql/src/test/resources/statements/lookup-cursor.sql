DECLARE c CURSOR FOR SELECT name FROM people WHERE mail = 'a'
