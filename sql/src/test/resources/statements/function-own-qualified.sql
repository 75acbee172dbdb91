SELECT billing.lower(note), pg_catalog.lower(note) FROM orders
