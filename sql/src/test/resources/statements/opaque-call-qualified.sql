CALL billing.close_month(2026, OUT_total => NULL)
