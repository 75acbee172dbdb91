package dev.sluice.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @Test
  void readsAllParts() {
    AdminConnection connection =
        DatabaseUrl.parse(
                "postgresql://ad%20min:p%40ss%2Fw+rd@db-0:5433,[::1],db-2/my%20shop?sslmode=verify-full")
            .connection();
    assertThat(connection.user()).isEqualTo("ad min");
    assertThat(connection.password()).isEqualTo("p@ss/w+rd");
    assertThat(connection.database()).isEqualTo("my shop");
    assertThat(connection.endpoints())
        .containsExactly(
            new Bundle.Endpoint("db-0", 5433),
            new Bundle.Endpoint("::1", 5432),
            new Bundle.Endpoint("db-2", 5432));
    assertThat(connection.tls()).isEqualTo(new Bundle.Tls(Bundle.TlsMode.VERIFY_FULL, null));
    assertThat(connection.toString()).doesNotContain("p@ss");
  }

  @Test
  void encryptsUnlessTheServerIsHere() {
    assertThat(DatabaseUrl.parse("postgres://a@127.0.0.1/b").connection().tls().mode())
        .isEqualTo(Bundle.TlsMode.DISABLE);
    assertThat(DatabaseUrl.parse("postgres://a@db/b").connection().tls().mode())
        .isEqualTo(Bundle.TlsMode.REQUIRE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://a:secret@h/b",
        "postgresql://:secret@h/b",
        "postgresql://a:secret@h",
        "postgresql://a:secret@h:x/b",
        "postgresql://a:secret@h/b?sslmode=prefer",
        "postgresql://a:secret@h/b?options=-c",
      })
  void refusesWithoutRepeatingThePassword(String uri) {
    assertThatThrownBy(() -> DatabaseUrl.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--database")
        .hasMessageNotContaining("secret");
  }
}
