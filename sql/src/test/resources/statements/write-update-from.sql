UPDATE sink s SET v = 'q' FROM public.users u WHERE u.id = s.id RETURNING u.ssn
