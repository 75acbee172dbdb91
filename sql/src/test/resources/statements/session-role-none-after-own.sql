SET ROLE sluice_r_orders, none
