INSERT INTO `orders` SET x = 1
