/* ping */ -- nothing
