package dev.sluice.sidecar.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ScramKeysTest {
  /** Salt and password of RFC 7677's example. */
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

  private final ScramKeys keys = new ScramKeys();

  @Test
  void theyAreThoseThatPostgresqlKeepsOfTheExample() throws GeneralSecurityException {
    ScramKeys.Keys found = keys.of("pencil", SALT, 4096);
    assertThat(found.stored)
        .asBase64Encoded()
        .isEqualTo("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=");
    assertThat(found.server)
        .asBase64Encoded()
        .isEqualTo("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  }

  @Test
  void theyAreMadeOnceForAPasswordASaltAndANumberOfIterations() throws GeneralSecurityException {
    ScramKeys.Keys found = keys.of("pencil", SALT, 64);
    assertThat(keys.of("pencil", SALT.clone(), 64)).isSameAs(found);
    assertThat(keys.of("pencils", SALT, 64).stored).isNotEqualTo(found.stored);
    assertThat(keys.of("pencil", new byte[16], 64).stored).isNotEqualTo(found.stored);
    assertThat(keys.of("pencil", SALT, 65).stored).isNotEqualTo(found.stored);
    assertThat(keys.of("pencil", SALT, 64)).isSameAs(found);
  }

  @Test
  void fewAreKept() throws GeneralSecurityException {
    ScramKeys.Keys found = keys.of("pencil", SALT, 64);
    for (int number = 0; number < 4; number++) {
      keys.of("password " + number, SALT, 64);
    }
    ScramKeys.Keys again = keys.of("pencil", SALT, 64);
    assertThat(again).isNotSameAs(found);
    assertThat(again.stored).isEqualTo(found.stored);
  }

  @Test
  void anEmptyPasswordHasNone() {
    assertThatThrownBy(() -> keys.of("", SALT, 64)).isInstanceOf(GeneralSecurityException.class);
  }
}
