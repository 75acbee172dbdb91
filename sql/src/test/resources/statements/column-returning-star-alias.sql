UPDATE käufer AS k SET name = 'x' WHERE k.id = 1 RETURNING k.*, k.id + 1
