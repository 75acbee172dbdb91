CREATE TABLE child () INHERITS (customers)
