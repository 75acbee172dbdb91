DELETE FROM sink WHERE id = 1 OR true
