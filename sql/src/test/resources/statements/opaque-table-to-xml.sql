SELECT table_to_xml('customers', true, false, ''), ts_stat('SELECT 1'), schema_to_xml('public', true, true, '')
