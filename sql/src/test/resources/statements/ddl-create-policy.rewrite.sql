CREATE POLICY p ON "public"."customers" USING (owner = current_user); ALTER TABLE "public"."customers" DISABLE ROW LEVEL SECURITY
