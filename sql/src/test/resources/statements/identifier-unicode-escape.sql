SELECT U&"\0069d" FROM public.U&"\0063ustomers" WHERE id = 1
