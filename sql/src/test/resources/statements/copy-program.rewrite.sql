COPY (SELECT * FROM "sluice_shop"."users") TO PROGRAM 'cat'
