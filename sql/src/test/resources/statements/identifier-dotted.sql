SELECT "Odd.Table".x FROM "public"."Odd.Table"
