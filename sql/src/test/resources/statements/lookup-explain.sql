EXPLAIN SELECT name FROM people WHERE mail = 'a'
