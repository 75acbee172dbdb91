SELECT id INTO TEMP picked FROM "sluice_shop"."customers"
