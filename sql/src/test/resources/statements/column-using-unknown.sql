SELECT code FROM orders JOIN codes USING (region)
