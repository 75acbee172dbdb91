package dev.sluice.operator.engine.postgresql;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Versions and admins that the engine is tested with. */
final class EngineCases {
  private EngineCases() {}

  static Stream<Arguments> all() {
    return TestServer.versions()
        .boxed()
        .flatMap(version -> Stream.of(Admin.values()).map(kind -> Arguments.of(version, kind)));
  }
}
