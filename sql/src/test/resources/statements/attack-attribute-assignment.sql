UPDATE orders SET note = (id).secret WHERE id = 1
