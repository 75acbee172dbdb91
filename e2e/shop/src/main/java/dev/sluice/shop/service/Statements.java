package dev.sluice.shop.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Statements that the service runs when it is asked to by name, and no others. */
final class Statements {
  private static final SequencedMap<String, String> BY_NAME = byName();

  private Statements() {}

  private static SequencedMap<String, String> byName() {
    var statements = new LinkedHashMap<String, String>();
    statements.put("customers", "SELECT * FROM customers ORDER BY id LIMIT 3");
    statements.put(
        "customers-qualified",
        "SELECT id, name, email, ssn FROM public.customers ORDER BY id LIMIT 3");
    statements.put(
        "orders",
        "SELECT o.id, c.name, o.status, o.total FROM orders o JOIN customers c ON c.id ="
            + " o.customer_id ORDER BY o.id LIMIT 3");
    statements.put("ship-order", "UPDATE orders SET status = 'shipped' WHERE id = 1");
    statements.put("audit-notes", "SELECT * FROM audit_notes LIMIT 1");
    statements.put("drop-orders", "DROP TABLE orders");
    return statements;
  }

  static Map<String, String> all() {
    return BY_NAME;
  }
}
