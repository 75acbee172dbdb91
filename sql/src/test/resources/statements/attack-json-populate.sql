SELECT (json_populate_record(NULL::users, row_to_json(u))).ssn FROM public.users u WHERE id=1
