SELECT (address).street, (item.address).zip FROM item
