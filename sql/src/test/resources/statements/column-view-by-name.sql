SELECT ssn FROM sluice_shop.customers
