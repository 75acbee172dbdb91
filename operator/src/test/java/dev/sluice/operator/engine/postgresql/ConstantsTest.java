package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import dev.sluice.policy.mask.Mask;
import dev.sluice.policy.mask.MaskFit;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.SoftAssertions;

/** A constant that fits a type is one that the server takes for it. */
class ConstantsTest {
  private static final String[] NUMBERS = {
    "0", "-1.5", "1e38", "1e40", "-1e39", "1e-50", "9".repeat(300) + "e99", "1e-99", "1."
  };
  private static final String[] TIMES = {
    "2000-12-31",
    "0000-01-01",
    "-0001-01-01",
    "+12345-01-01",
    "9999-12-31",
    "0001-01-01",
    "2000-12-31 23:59:59",
    "2000-12-31T23:59:59",
    "2000-12-3123:59:59",
    "0000-12-31 23:59:59",
    "2000-12-31 23:59:59Z",
    "2000-12-31 23:59:59+15:59",
    "2000-12-31 23:59:59+17:00",
    "2000-12-31 23:59:59-18:00"
  };
  private static final String[] JSON = {
    "{}", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\u00e4\"", "[1, 1e400000]", "1e99"
  };

  private static final String[] ADDRESSES = {
    "192.0.2.1",
    "192.0.2.0/24",
    "192.0.2.1/24",
    "0.0.0.0/0",
    "256.0.0.1",
    "::",
    "::1",
    "2001:DB8::/32",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6::8",
    "1::8/127",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
    "1:2:3:4:5:6:7::"
  };
  private static final String[] RANGES = {
    "empty",
    "[,]",
    "(1,)",
    "[1,2147483646]",
    "[1,2147483647)",
    "[5,5)",
    "(+5,05]",
    "[2,1]",
    "[1.5,1e3]",
    "[2000-01-01,2000-12-31]",
    "[2000-01-01,9999-12-31]",
    "[2000-01-01 00:00:00,2000-01-01T00:00:01)",
    "[2000-01-01 00:00:00Z,2000-01-01 00:00:00-01:00)"
  };

  @EngineCase
  void serverTakesWhatFits(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    try (Connection session =
        shop.server.connect(shop.database, shop.adminRole, "admin-password")) {
      look(session, ColumnType.of("real", Family.FLOAT), NUMBERS, 3);
      look(session, ColumnType.of("double precision", Family.FLOAT), NUMBERS, 6);
      look(session, ColumnType.of("numeric", Family.NUMERIC), NUMBERS, 6);
      look(session, ColumnType.of("date", Family.DATE), TIMES, 3);
      look(session, ColumnType.of("timestamp without time zone", Family.TIMESTAMP), TIMES, 2);
      look(
          session, ColumnType.of("timestamp with time zone", Family.TIMESTAMP_WITH_ZONE), TIMES, 2);
      look(session, ColumnType.of("jsonb", Family.JSON), JSON, 3);
      look(session, ColumnType.of("inet", Family.ADDRESS), ADDRESSES, 10);
      look(session, ColumnType.of("cidr", Family.ADDRESS), ADDRESSES, 8);
      ranges(session, "int4range", ColumnType.of("integer", Family.INTEGER), 6);
      ranges(session, "int8range", ColumnType.of("bigint", Family.BIGINT), 6);
      ranges(session, "numrange", ColumnType.of("numeric", Family.NUMERIC), 6);
      ranges(session, "daterange", ColumnType.of("date", Family.DATE), 4);
      ranges(session, "tsrange", ColumnType.of("timestamp without time zone", Family.TIMESTAMP), 3);
      ranges(
          session,
          "tstzrange",
          ColumnType.of("timestamp with time zone", Family.TIMESTAMP_WITH_ZONE),
          3);
    }
  }

  private static void ranges(Connection session, String name, ColumnType bound, int atLeast)
      throws SQLException {
    look(session, ColumnType.of(name, Family.RANGE, bound), RANGES, atLeast);
  }

  private static void look(Connection session, ColumnType type, String[] values, int atLeast)
      throws SQLException {
    int fitting = 0;
    SoftAssertions softly = new SoftAssertions();
    for (String value : values) {
      if (MaskFit.problem(new Mask.Constant(value), type) == null) {
        fitting++;
        softly
            .assertThatCode(
                () ->
                    Governed.run(
                        session,
                        "SELECT CAST(%s AS %s)".formatted(Sql.literal(value), type.name())))
            .as("%s as %s", value, type.name())
            .doesNotThrowAnyException();
      }
    }
    softly.assertAll();
    assertThat(fitting).as(type.name()).isGreaterThanOrEqualTo(atLeast);
  }
}
