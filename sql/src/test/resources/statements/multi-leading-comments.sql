/* one */ SELECT 1; -- two
 SELECT 2 /* tail */ ; /* three */
