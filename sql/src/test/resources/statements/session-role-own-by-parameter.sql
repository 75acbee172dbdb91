SET role = 'sluice_r_orders'
