SELECT "id", "name" FROM "customers" WHERE "id" = 4711 AND "name" = 'O''Brien'
