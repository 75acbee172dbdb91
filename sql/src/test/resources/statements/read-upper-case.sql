select * from PUBLIC.CUSTOMERS
