CALL public.p_wipe(1, (SELECT count(*) FROM "sluice_shop"."users"))
