SELECT * FROM "sluice_shop"."find_mail"('a@b.example') p WHERE p.mail IS NOT NULL AND p.name <> 'x' ORDER BY p.id
