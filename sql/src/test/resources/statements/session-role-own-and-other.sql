SET ROLE sluice_r_orders; SET ROLE other
