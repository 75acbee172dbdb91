SELECT xpath('//ssn/text()', database_to_xml(true, false, ''))
