SELECT (r).name, (ROW(1, 2)).f1, (jsonb_each(x)).key, (aclexplode(a)).grantee, k.word, (array_agg(u))[1].email, e.value FROM users u, pg_get_keywords() k, jsonb_each('{}') e
