SELECT 1 FROM "sluice_shop"."find_mail"($1) a, "sluice_shop"."find_mail"($2) b WHERE a.mail IS NOT NULL AND b.mail IS NOT NULL AND a.mail = $3
