SELECT * FROM orders /*application='shop',traceparent='00-abc-def-01'*/
