package dev.sluice.policy.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.mask.ColumnType.Family;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Constants of types whose text form has parts. What fits here the server is asked about, too. */
class ConstantValueTest {
  private static final ColumnType INET = ColumnType.of("inet", Family.ADDRESS);
  private static final ColumnType CIDR = ColumnType.of("cidr", Family.ADDRESS);
  private static final ColumnType NUMBERS =
      ColumnType.of("int4range", Family.RANGE, ColumnType.of("integer", Family.INTEGER));
  private static final ColumnType DATES =
      ColumnType.of("daterange", Family.RANGE, ColumnType.of("date", Family.DATE));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "0.0.0.0/0",
        "192.0.2.1/24",
        "::",
        "2001:DB8::1/64",
        "1:2:3:4:5:6:7:8"
      })
  void addresses(String value) {
    assertThat(ConstantValue.problem(value, INET)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1/33",
        "::1/129",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "12345::",
        "host",
        "192.0.2.1/",
        "::1%eth0",
        "1:2:3:4:5:6:7:8:9",
        ":1:2:3:4:5:6:7"
      })
  void noAddresses(String value) {
    assertThat(ConstantValue.problem(value, INET)).contains("it must be an address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.1", "2001:db8::/32", "::/0"})
  void networks(String value) {
    assertThat(ConstantValue.problem(value, CIDR)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1/24", "2001:db8::1/32", "128.0.0.0/0"})
  void noNetworks(String value) {
    assertThat(ConstantValue.problem(value, CIDR)).contains("without bits beyond its prefix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "[1,2]", "(1,)", "(,)", "[5,5)", "[-3,2147483646]"})
  void rangesOfNumbers(String value) {
    assertThat(ConstantValue.problem(value, NUMBERS)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1,2", "[2,1]", "[a,b]", "[1,2,3]", "[1.5,2)", "[1,2147483647]", "[\"1\",2]"})
  void noRangesOfNumbers(String value) {
    assertThat(ConstantValue.problem(value, NUMBERS)).contains("it must be a range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[2000-01-01,2000-12-31]", "[2000-01-01,)"})
  void rangesOfDates(String value) {
    assertThat(ConstantValue.problem(value, DATES)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[2000-12-31,2000-01-01]", "[2000-02-30,)", "[2000-01-01 ,)"})
  void noRangesOfDates(String value) {
    assertThat(ConstantValue.problem(value, DATES)).isNotNull();
  }
}
