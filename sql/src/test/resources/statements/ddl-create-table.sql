CREATE TABLE shop.things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int REFERENCES customers (id), d timestamptz DEFAULT now(), CHECK (length(n) > 1), n varchar(40))
