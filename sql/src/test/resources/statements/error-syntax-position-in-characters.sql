SELECT 'äöü😀' FORM x
