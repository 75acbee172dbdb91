SELECT E'it\'s; DROP TABLE x', 'a\' FROM "sluice_shop"."customers"
