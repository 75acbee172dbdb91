package dev.sluice.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.TestBundles;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane of files. */
class DirectoryControlPlaneTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Jsonb jsonb = Jsonb.instance();

  @TempDir private Path directory;

  @Test
  void aBundleThatReplacesAnotherIsFound() throws Exception {
    write(TestBundles.ofRevision("one"));
    ControlPlane control = new DirectoryControlPlane(directory, jsonb);
    assertThat(control.bundle("shop/orders", null, LONG)).contains(TestBundles.ofRevision("one"));

    CompletableFuture<Optional<Bundle>> next = asked(control, "one");
    write(TestBundles.ofRevision("two"));

    assertThat(next.get(60, TimeUnit.SECONDS)).contains(TestBundles.ofRevision("two"));
  }

  @Test
  void aFileThatSaysTheSameAgainIsNoNews() throws Exception {
    write(TestBundles.ofRevision("one"));
    ControlPlane control = new DirectoryControlPlane(directory, jsonb);
    CompletableFuture<Optional<Bundle>> next = asked(control, "one");

    write(TestBundles.ofRevision("one"));
    write(TestBundles.ofRevision("two"));

    assertThat(next.get(60, TimeUnit.SECONDS)).contains(TestBundles.ofRevision("two"));
    assertThat(control.bundle("shop/orders", "two", Duration.ZERO)).isEmpty();
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    ControlPlane control = new DirectoryControlPlane(directory, jsonb);
    assertThatThrownBy(() -> control.bundle("shop/orders", null, Duration.ZERO))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no " + directory.resolve("bundle.json"));
  }

  private static CompletableFuture<Optional<Bundle>> asked(ControlPlane control, String revision) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return control.bundle("shop/orders", revision, LONG);
          } catch (IOException | InterruptedException failure) {
            throw new CompletionException(failure);
          }
        });
  }

  private void write(Bundle bundle) throws IOException {
    Path fresh = directory.resolve("bundle.new");
    Files.writeString(fresh, jsonb.type(Bundle.class).toJson(bundle));
    // Replacing alone would remove the old file first, and the reader may look in between.
    Files.move(fresh, directory.resolve("bundle.json"), StandardCopyOption.ATOMIC_MOVE);
  }
}
