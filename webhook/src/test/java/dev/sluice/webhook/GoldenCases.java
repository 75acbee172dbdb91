package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Directories of cases: each is a directory, and adding one is all it takes. With {@code
 * -Dsluice.golden.update=true} what is expected is written anew, to be read before it is committed.
 */
public final class GoldenCases {
  private static final Path ROOT = Path.of("src/test/resources");

  private GoldenCases() {}

  /** The directories of a kind of case. */
  public static List<Path> of(String kind) {
    try (var directories = Files.list(ROOT.resolve(kind))) {
      return directories.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A file of a case; absent where the case has none. */
  public static @Nullable String read(Path directory, String file) throws IOException {
    Path path = directory.resolve(file);
    return Files.exists(path) ? Files.readString(path) : null;
  }

  /** Compares with the expected file of a case. */
  public static void check(Path directory, String file, String actual) throws IOException {
    Path expected = directory.resolve(file);
    if (Boolean.getBoolean("sluice.golden.update")) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.exists(expected) ? Files.readString(expected) : "");
  }
}
