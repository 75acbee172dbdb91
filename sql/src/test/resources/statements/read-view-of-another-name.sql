SELECT a.id FROM archive.accounts a JOIN public.accounts b USING (id) JOIN accounts c USING (id)
