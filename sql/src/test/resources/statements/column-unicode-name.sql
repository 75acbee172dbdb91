SELECT U&"n\0061me" FROM U&"k\00E4ufer"
