DROP TABLE U&"\0063ustomers", "public"."Customers" CASCADE
