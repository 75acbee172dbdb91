DELETE FROM sink WHERE id = 1 AND true
