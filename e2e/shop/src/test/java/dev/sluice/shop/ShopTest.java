package dev.sluice.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.shop.data.DataLoader;
import dev.sluice.shop.service.ShopService;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShopTest {
  private static final int CUSTOMERS = 500;
  private static final PrintStream SILENT = new PrintStream(OutputStream.nullOutputStream());

  @Test
  void everyLoadHasTheSameRows() throws SQLException {
    var first = loaded();
    var second = loaded();

    for (var table :
        List.of(
            "customers", "products", "orders", "order_items", "audit_notes", "customer_totals")) {
      var digest =
          "SELECT count(*) || ' ' || md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM public.%s t"
              .formatted(table);
      assertThat(query(first, digest)).as(table).isEqualTo(query(second, digest));
    }
    assertThat(query(first, "SELECT count(*) FROM customers WHERE id BETWEEN 1 AND 500"))
        .containsExactly("500");
  }

  @Test
  void rowsAreTrueToLife() throws SQLException {
    var database = loaded();

    assertThat(query(database, "SELECT card FROM customers")).allMatch(ShopTest::hasCheckDigit);
    assertThat(
            query(
                database,
                """
                SELECT count(*) FROM customers
                WHERE ssn !~ '^\\d{3}-\\d{2}-\\d{4}$' OR email !~ '^[a-z.0-9]+@[a-z.0-9-]+$' OR birth_date > '2010-01-01'
                """))
        .containsExactly("0");
    assertThat(
            query(
                database,
                """
                SELECT count(*) FROM orders o
                WHERE total <> (SELECT sum(quantity * price) FROM order_items i WHERE i.order_id = o.id)
                """))
        .containsExactly("0");
    assertThat(
            query(
                database,
                "SELECT count(*) > 20 FROM customers WHERE note LIKE '%' || email || '%'"))
        .containsExactly("t");
  }

  @Test
  void loadingAgainChangesNothing() throws SQLException {
    var database = loaded();
    database.execute(database.admin(), "DELETE FROM audit_notes");
    load(database);
    assertThat(query(database, "SELECT count(*) FROM audit_notes")).containsExactly("0");
  }

  @Test
  void serviceTellsRowsAndErrors() throws Exception {
    var database = loaded();
    var url =
        "%s?user=%s&password=%s"
            .formatted(database.jdbcUrl(), database.admin().user(), database.admin().password());
    try (var service = new ShopService(url, 0)) {
      service.start();

      assertThat(call(service, "GET", "/customers"))
          .contains("\"birth_date\"")
          .contains("\"id\" : \"3\"");
      assertThat(call(service, "POST", "/statements/ship-order")).contains("\"changed\" : 1");
      database.execute(database.admin(), "DROP TABLE audit_notes");
      assertThat(call(service, "POST", "/statements/audit-notes"))
          .contains("42P01")
          .contains("\"usableAfterwards\" : true");
      assertThat(call(service, "POST", "/load")).contains("\"running\" : true");
      assertThat(call(service, "DELETE", "/load"))
          .contains("\"running\" : false")
          .contains("\"failures\" : 0");
    }
  }

  private static String call(ShopService service, String method, String path)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d%s".formatted(service.port(), path)))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static TestDatabase loaded() throws SQLException {
    var database = RealPostgres.shared(PostgresVersion.V15).newDatabase();
    load(database);
    return database;
  }

  private static void load(TestDatabase database) throws SQLException {
    try (var connection = database.connect(database.admin())) {
      new DataLoader(connection, InstantSource.system(), SILENT).load(CUSTOMERS);
    }
  }

  private static List<String> query(TestDatabase database, String query) throws SQLException {
    var values = new ArrayList<String>();
    try (var connection = database.connect(database.admin());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  /** Luhn's check. */
  private static boolean hasCheckDigit(String number) {
    var sum = 0;
    for (var i = 0; i < number.length(); i++) {
      var digit = number.charAt(number.length() - 1 - i) - '0';
      var doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
