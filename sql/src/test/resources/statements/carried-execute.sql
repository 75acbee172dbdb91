EXECUTE p (1, 'a', lower('B'))
