COPY BINARY (SELECT * FROM "sluice_shop"."customers") TO STDOUT
