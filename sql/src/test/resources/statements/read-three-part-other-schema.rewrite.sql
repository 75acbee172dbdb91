SELECT archive.users.id, "sluice_shop"."users".id FROM archive.users, "sluice_shop"."users"
