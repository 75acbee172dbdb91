SELECT pg_advisory_xact_lock(hashtext('a')), pg_try_advisory_lock(1, 2), pg_advisory_unlock_all()
