SELECT U&"!0073!0073!006E" UESCAPE '!' FROM "sluice_shop"."users" WHERE id = 1
