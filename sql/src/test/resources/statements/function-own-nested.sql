UPDATE orders SET total = public.tax(total, coalesce(region, 'x')) WHERE id = 1
