SELECT 'a'
  'b' FROM "sluice_shop"."customers"
