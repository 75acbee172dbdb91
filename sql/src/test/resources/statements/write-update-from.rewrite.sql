UPDATE sink s SET v = 'q' FROM "sluice_shop"."users" u WHERE u.id = s.id RETURNING u.ssn
