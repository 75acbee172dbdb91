SELECT id FROM ONLY people WHERE mail = $1
