COPY (SELECT name FROM people WHERE mail = 'a') TO STDOUT
