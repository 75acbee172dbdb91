COPY (SELECT id, "na""me" FROM "sluice_shop"."customers") TO STDOUT WITH (FORMAT csv, HEADER)
