DELETE/**/FROM customers--x
WHERE/*a/*b*/c*/id IS NOT NULL
