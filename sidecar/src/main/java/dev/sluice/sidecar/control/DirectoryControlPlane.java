package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.spool.Batch;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory in place of a control plane: {@code bundle.json} and {@code credentials.json}, which
 * are read again when they change. For several grants each has a directory {@code namespace/name}
 * in it. Events go nowhere; they can be printed.
 */
public final class DirectoryControlPlane implements ControlPlane {
  private static final long POLL_MILLIS = 100;

  private final Path directory;
  private final JsonType<Bundle> bundles;
  private final JsonType<Credential> credentials;

  /**
   * One of a directory.
   *
   * @param directory the directory
   * @param jsonb reads its files
   */
  public DirectoryControlPlane(Path directory, Jsonb jsonb) {
    this.directory = directory;
    this.bundles = jsonb.type(Bundle.class);
    this.credentials = jsonb.type(Credential.class);
  }

  @Override
  public Optional<Bundle> bundle(String access, @Nullable String revision, Duration wait)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    State looked = null;
    while (true) {
      Path file = file(access, "bundle.json");
      // A bundle of thousands of tables is not to be read ten times a second.
      State now = State.of(file);
      if (!now.equals(looked)) {
        Bundle bundle = read(file, bundles);
        if (!bundle.revision().equals(revision)) {
          return Optional.of(bundle);
        }
        looked = now;
      }
      if (System.nanoTime() >= end) {
        return Optional.empty();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  @Override
  public Credential credential(String access) throws IOException {
    return read(file(access, "credentials.json"), credentials);
  }

  @Override
  public void events(Batch batch) {
    // Whoever wants them has them printed.
  }

  /** By what a change of a file shows. */
  private record State(FileTime modified, long size, @Nullable Object key) {
    static State of(Path file) throws IOException {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new State(found.lastModifiedTime(), found.size(), found.fileKey());
      } catch (NoSuchFileException absent) {
        throw missing(file, absent);
      }
    }
  }

  private static IOException missing(Path file, NoSuchFileException absent) {
    return new IOException("there is no " + file, absent);
  }

  private Path file(String access, String name) {
    Path own = directory.resolve(access);
    return (Files.isDirectory(own) ? own : directory).resolve(name);
  }

  private static <T> T read(Path file, JsonType<T> type) throws IOException {
    try {
      return type.fromJson(Files.readAllBytes(file));
    } catch (NoSuchFileException absent) {
      throw missing(file, absent);
    } catch (RuntimeException unreadable) {
      // Its text would show what is in the file.
      throw new IOException(
          "%s is not the JSON that it should be (%s)"
              .formatted(file, unreadable.getClass().getSimpleName()));
    }
  }
}
