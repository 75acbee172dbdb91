DELETE FROM sink WHERE id = id
