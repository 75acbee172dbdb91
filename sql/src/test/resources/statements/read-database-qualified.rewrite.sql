SELECT rt."sluice_shop"."users".name, rt."sluice_shop"."users".* FROM rt."sluice_shop"."users" WHERE rt."sluice_shop"."users".id = 1
