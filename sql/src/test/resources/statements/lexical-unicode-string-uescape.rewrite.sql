SELECT U&'d!0061t!+000061' UESCAPE '!' FROM "sluice_shop"."users"
