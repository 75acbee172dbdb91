TABLE "sluice_shop"."customers"
