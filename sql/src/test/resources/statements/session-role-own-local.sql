SET LOCAL ROLE "sluice_r_orders"; SELECT 1
