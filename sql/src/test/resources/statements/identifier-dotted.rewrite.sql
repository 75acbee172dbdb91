SELECT "Odd.Table".x FROM "sluice_shop"."Odd.Table"
