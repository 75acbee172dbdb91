SELECT xmlelement(name row, xmlattributes(id AS k), xmlforest(note)), xmlserialize(CONTENT note::xml AS text), xmlroot(note::xml, version '1.0') FROM orders
