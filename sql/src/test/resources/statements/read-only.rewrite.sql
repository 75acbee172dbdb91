SELECT name FROM ONLY ("sluice_shop"."users") WHERE id = 1
