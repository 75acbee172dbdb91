SELECT ctid, tableoid::regclass, xmin FROM customers
