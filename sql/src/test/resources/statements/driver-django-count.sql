SELECT COUNT(*) AS "__count" FROM "customers"
