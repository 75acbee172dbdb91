SELECT a FROM visits AS v (a)
