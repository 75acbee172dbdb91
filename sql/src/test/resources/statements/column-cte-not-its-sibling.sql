WITH r AS (SELECT total FROM visits) SELECT * FROM r, orders
