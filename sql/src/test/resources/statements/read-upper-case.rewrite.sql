select * from "sluice_shop"."customers"
