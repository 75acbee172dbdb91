UPDATE orders SET tags[2] = 'x', place.city = 'y' WHERE id = 1
