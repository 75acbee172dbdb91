package dev.sluice.drivers;

import static dev.sluice.drivers.Told.failure;
import static dev.sluice.drivers.Told.heading;
import static dev.sluice.drivers.Told.say;

import jakarta.persistence.LockModeType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The shop's tables by JDBC's metadata and by Hibernate, which validates its entities against them.
 * A line that begins with "shown" has values of columns that the application only displays.
 */
public final class ShopProgram {
  private static final List<String> TABLES = List.of("customer", "purchase", "payment");

  private ShopProgram() {}

  /** Runs all. */
  public static void main(String[] arguments) throws SQLException {
    java.util.logging.LogManager.getLogManager().reset();
    try (Connection connection = Place.connect("")) {
      metadata(connection);
    }
    heading("validated");
    for (String strategy : List.of("grouped", "individually")) {
      for (String schema : new String[] {"", "public"}) {
        failure(
            "%s '%s'".formatted(strategy, schema),
            () -> configuration("validate", strategy, schema).buildSessionFactory().close());
      }
    }
    failure("update", () -> configuration("update", "grouped", "").buildSessionFactory().close());
    try (SessionFactory factory = configuration("none", "grouped", "").buildSessionFactory()) {
      works(factory);
      say("statements", factory.getStatistics().getPrepareStatementCount());
    }
  }

  private static void metadata(Connection connection) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    for (String schema : new String[] {null, "public"}) {
      heading("metadata of schema " + schema);
      for (String table : TABLES) {
        List<String> types = List.of("TABLE");
        tell(
            "table " + table,
            metadata.getTables(null, schema, table, types.toArray(String[]::new)),
            "TABLE_NAME",
            "TABLE_TYPE",
            "REMARKS");
        tell(
            "any " + table,
            metadata.getTables(null, schema, table, null),
            "TABLE_NAME",
            "TABLE_TYPE");
        tell(
            "columns of " + table,
            metadata.getColumns(null, schema, table, null),
            "COLUMN_NAME",
            "TYPE_NAME",
            "COLUMN_SIZE",
            "DECIMAL_DIGITS",
            "NULLABLE",
            "COLUMN_DEF",
            "IS_AUTOINCREMENT",
            "REMARKS");
        tell(
            "key of " + table,
            metadata.getPrimaryKeys(null, schema, table),
            "COLUMN_NAME",
            "PK_NAME");
        tell(
            "keys of " + table,
            metadata.getImportedKeys(null, schema, table),
            "PKTABLE_NAME",
            "FKCOLUMN_NAME");
        tell(
            "indexes of " + table,
            metadata.getIndexInfo(null, schema, table, false, true),
            "INDEX_NAME",
            "COLUMN_NAME",
            "NON_UNIQUE");
      }
    }
  }

  private static void tell(String what, ResultSet found, String... columns) throws SQLException {
    try (found) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (String column : columns) {
          row.add(found.getString(column));
        }
        rows.add(row.toString());
      }
      say(what, rows.size());
      rows.forEach(row -> say("  " + what, row));
    }
  }

  private static Configuration configuration(String schema, String strategy, String where) {
    Configuration configuration = new Configuration();
    configuration.addAnnotatedClass(Customer.class).addAnnotatedClass(Purchase.class);
    configuration.setProperty("hibernate.connection.url", Place.url(""));
    configuration.setProperty("hibernate.hbm2ddl.auto", schema);
    configuration.setProperty("hibernate.hbm2ddl.jdbc_metadata_extraction_strategy", strategy);
    configuration.setProperty("hibernate.jdbc.batch_size", "25");
    configuration.setProperty("hibernate.generate_statistics", "true");
    if (!where.isEmpty()) {
      configuration.setProperty("hibernate.default_schema", where);
    }
    return configuration;
  }

  private static void works(SessionFactory factory) {
    heading("works");
    Long made =
        factory.fromTransaction(
            session -> {
              Customer customer = new Customer();
              customer.handle = "hibernate";
              customer.name = "H";
              customer.email = "h@example.org";
              customer.phone = "+34 600 444 444";
              customer.birthDate = LocalDate.of(1988, 8, 8);
              customer.joined = Instant.parse("2026-03-01T00:00:00Z");
              for (int number = 0; number < 5; number++) {
                Purchase purchase = new Purchase();
                purchase.customer = customer;
                purchase.status = "open";
                purchase.placed = customer.joined.plusSeconds(number);
                customer.purchases.add(purchase);
              }
              session.persist(customer);
              return Objects.requireNonNull(customer.id);
            });
    say("made", made);
    factory.inTransaction(
        session -> {
          Customer customer = session.find(Customer.class, made);
          customer.points += 5;
          customer.purchases.removeFirst();
          say("shown", List.of(customer.email, customer.phone, customer.birthDate));
        });
    factory.inTransaction(
        session -> {
          Customer customer = session.find(Customer.class, made, LockModeType.PESSIMISTIC_WRITE);
          say("changed", List.of(customer.name, customer.points, customer.purchases.size()));
          say(
              "found by a masked value",
              session
                  .createSelectionQuery(
                      "select c.handle from Customer c where c.email = :email", String.class)
                  .setParameter("email", "h@example.org")
                  .getResultList());
          say(
              "page",
              session
                  .createSelectionQuery(
                      "select c.handle from Customer c join c.purchases p group by c.id, c.handle"
                          + " having count(p) > 2 order by c.id",
                      String.class)
                  .setFirstResult(5)
                  .setMaxResults(4)
                  .getResultList());
          say(
              "total",
              session
                  .createSelectionQuery(
                      "select sum(cast(c.points as BigDecimal)) from Customer c", BigDecimal.class)
                  .getSingleResult());
          say(
              "by HQL",
              session
                  .createMutationQuery("update Customer set points = points + 1 where points < 10")
                  .executeUpdate());
        });
    factory.inTransaction(session -> session.remove(session.find(Customer.class, made)));
    say("gone", factory.fromTransaction(session -> session.find(Customer.class, made) == null));
  }
}
