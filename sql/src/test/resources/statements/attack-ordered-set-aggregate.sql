SELECT mode() WITHIN GROUP (ORDER BY ssn), count(*) FILTER (WHERE ssn LIKE 'C%') FROM public.users
