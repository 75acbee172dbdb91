SELECT a, b FROM json_to_recordset('[]') AS x (a int, b text)
