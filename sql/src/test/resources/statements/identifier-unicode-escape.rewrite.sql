SELECT U&"\0069d" FROM "sluice_shop"."customers" WHERE id = 1
