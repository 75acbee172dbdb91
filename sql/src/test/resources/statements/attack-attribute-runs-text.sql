SELECT ('DELETE FROM orders'::text).ts_stat
