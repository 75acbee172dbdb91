COPY (SELECT * FROM "sluice_shop"."users") TO '/tmp/x'
