select o1_0.id,c1_0.id,c1_0.name,o1_0.total from orders o1_0 join "sluice_shop"."customers" c1_0 on c1_0.id=o1_0.customer_id where o1_0.total>$1 order by o1_0.id fetch first $2 rows only
