package dev.sluice.operator.local;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory that stands in for the control plane: readable by its owner alone. */
final class ControlDirectory {
  private final Path path;

  private ControlDirectory(Path path) {
    this.path = path;
  }

  /** Makes one among the temporary files. */
  static ControlDirectory create() throws IOException {
    Path path =
        Files.createTempDirectory(
            "sluice-try-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectory(path.resolve("spool"));
    return new ControlDirectory(path);
  }

  Path path() {
    return path;
  }

  void write(Bundle bundle) throws IOException {
    write("bundle.json", Jsonb.instance().type(Bundle.class).toJson(bundle));
  }

  void write(Credential credential) throws IOException {
    write("credentials.json", Jsonb.instance().type(Credential.class).toJson(credential));
  }

  /** In one step, so that a reader sees the old file or the new one. */
  private void write(String name, String text) throws IOException {
    Path temporary = path.resolve(name + ".new");
    Files.writeString(temporary, text, StandardCharsets.UTF_8);
    Files.move(
        temporary,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes it with all that is in it. */
  void remove() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
