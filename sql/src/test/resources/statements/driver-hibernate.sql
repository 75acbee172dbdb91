select c1_0.id,c1_0.email,c1_0.name from customers c1_0 where c1_0.id=$1
