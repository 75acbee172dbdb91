SELECT U&'d\0061t\+000061' FROM "sluice_shop"."users"
