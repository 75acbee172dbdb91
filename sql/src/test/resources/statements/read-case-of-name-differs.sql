SELECT * FROM public."Customers"
