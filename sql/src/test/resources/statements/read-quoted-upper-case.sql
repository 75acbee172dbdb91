select * from "PUBLIC"."CUSTOMERS"
