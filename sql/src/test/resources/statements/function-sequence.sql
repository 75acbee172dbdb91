SELECT nextval('orders_id_seq'), currval('orders_id_seq'), setval('orders_id_seq', 3), lastval()
