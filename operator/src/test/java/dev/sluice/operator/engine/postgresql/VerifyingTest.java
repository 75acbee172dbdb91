package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.operator.tls.CertificateFactory;
import dev.sluice.operator.tls.Identity;
import dev.sluice.operator.tls.Pem;
import dev.sluice.policy.bundle.Bundle;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trust in a server with TLS, as the mode asks for. */
class VerifyingTest {
  private static final CertificateFactory CERTIFICATES =
      new CertificateFactory(Clock.systemUTC(), new SecureRandom());
  private static final Identity AUTHORITY = CERTIFICATES.authority(Duration.ofHours(1));
  private static @Nullable EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    Identity identity = CERTIFICATES.server(AUTHORITY, List.of("localhost"), Duration.ofHours(1));
    server =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((system, machine) -> TestServer.binaries(18))
            .setDataDirectoryCustomizer(
                directory -> {
                  try {
                    Path data = directory.toPath();
                    Files.writeString(
                        data.resolve("pg_hba.conf"),
                        """
                        hostssl all all 127.0.0.1/32 trust
                        hostssl all all ::1/128 trust
                        hostnossl all all 127.0.0.1/32 trust
                        """);
                    Files.writeString(
                        data.resolve("server.crt"),
                        Pem.certificates(List.of(identity.certificate())));
                    Path key = data.resolve("server.key");
                    Files.createFile(
                        key,
                        PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
                    Files.writeString(key, Pem.key(identity.key()));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .setServerConfig("ssl", "on")
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void trustsWhatTheGivenAuthoritySigned() {
    String trusted = Pem.certificates(List.of(AUTHORITY.certificate()));
    assertThat(version("localhost", Bundle.TlsMode.VERIFY_FULL, trusted)).startsWith("18.");
    // Of several authorities one is enough, as while they change.
    String several =
        Pem.certificates(
            List.of(
                CERTIFICATES.authority(Duration.ofHours(1)).certificate(),
                AUTHORITY.certificate()));
    assertThat(version("localhost", Bundle.TlsMode.VERIFY_FULL, several)).startsWith("18.");
    assertThat(version("127.0.0.1", Bundle.TlsMode.VERIFY_CA, trusted)).startsWith("18.");
    assertThat(version("127.0.0.1", Bundle.TlsMode.REQUIRE, null)).startsWith("18.");
  }

  @Test
  void refusesAnotherHostName() {
    refused(
        "127.0.0.1",
        Bundle.TlsMode.VERIFY_FULL,
        Pem.certificates(List.of(AUTHORITY.certificate())),
        "its certificate is not for this host name");
  }

  @Test
  void refusesAnotherAuthority() {
    String other =
        Pem.certificates(List.of(CERTIFICATES.authority(Duration.ofHours(1)).certificate()));
    for (Bundle.TlsMode mode : List.of(Bundle.TlsMode.VERIFY_CA, Bundle.TlsMode.VERIFY_FULL)) {
      refused("localhost", mode, other, "its certificate does not verify");
      refused("localhost", mode, null, "its certificate does not verify");
    }
  }

  @Test
  void refusesWhatIsNoAuthority() {
    EngineException error =
        catchThrowableOfType(
            EngineException.class,
            () -> version("localhost", Bundle.TlsMode.VERIFY_FULL, "not a certificate"));
    assertThat(error.category()).isEqualTo(Category.CertificateNotTrusted);
  }

  private static void refused(
      String host, Bundle.TlsMode mode, @Nullable String authorities, String reason) {
    EngineException error =
        catchThrowableOfType(EngineException.class, () -> version(host, mode, authorities));
    assertThat(error.category()).isEqualTo(Category.CertificateNotTrusted);
    assertThat(error.getMessage()).contains(reason);
  }

  private static String version(String host, Bundle.TlsMode mode, @Nullable String authorities) {
    int port = server == null ? 0 : server.getPort();
    return new PostgresEngine(
            new AdminConnection(
                List.of(new Bundle.Endpoint(host, port)),
                "postgres",
                new Bundle.Tls(mode, authorities),
                "postgres",
                ""),
            new Passwords(new SecureRandom()),
            Clock.systemUTC())
        .prepare()
        .version();
  }
}
