ALTER POLICY p ON orders TO PUBLIC USING (customer_id = current_setting('app.id')::int) WITH CHECK (total > 0); DROP POLICY p ON orders
