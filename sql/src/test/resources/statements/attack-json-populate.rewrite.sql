SELECT (json_populate_record(NULL::users, row_to_json(u))).ssn FROM "sluice_shop"."users" u WHERE id=1
