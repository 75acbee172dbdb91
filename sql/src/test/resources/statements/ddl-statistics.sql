CREATE STATISTICS s (ndistinct, mcv) ON region, lower(note) FROM orders; ALTER STATISTICS s SET STATISTICS 100
