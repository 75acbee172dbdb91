package dev.sluice.sidecar.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventChain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events when a process is killed and when a disk is full. */
class SpoolProcessTest {
  @TempDir private Path directory;

  @Test
  void aKilledProcessLosesNoEventThatItWasToldIsWritten() throws Exception {
    int last = -1;
    Process process = SpoolProcess.start(List.of(), "write", directory);
    try (BufferedReader told = process.inputReader()) {
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        // Of the last line only the beginning may have come.
        last = Math.max(last, Integer.parseInt(line));
        if (last == 4001) {
          // SIGKILL, while it goes on writing; what it told until then is read all the same.
          process.toHandle().destroyForcibly();
        }
      }
      assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
    assertThat(last).isGreaterThanOrEqualTo(4001);

    List<Event> posted = new ArrayList<>();
    try (Spool next =
        new Spool(
            directory,
            new Witness("ns", "sa", "pod", "uid"),
            1 << 20,
            OutputStream.nullOutputStream(),
            _ -> {})) {
      for (Batch batch = next.peek(1000, 0); batch != null; batch = next.peek(1000, 0)) {
        posted.addAll(Batches.events(batch));
        next.acknowledge(batch);
      }
    }
    assertThat(posted).hasSizeGreaterThan(last);
    CanonicalEvent canonical = new CanonicalEvent();
    String previous = EventChain.START;
    for (int number = 0; number < posted.size(); number++) {
      Event event = posted.get(number);
      assertThat(event.rows()).isEqualTo(number);
      assertThat(event.previousHash()).isEqualTo(previous);
      assertThat(canonical.isIntact(event)).isTrue();
      previous = event.hash();
    }
  }

  /** On a file system of 256 KiB that only the process sees. */
  @Test
  void aFullDiskIsNoRoomUntilItHasSome() throws Exception {
    List<String> small =
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=256k none \"$0\" && exec \"$@\"",
            directory.toString());
    assumeThat(isPossible(small)).as("a file system can be mounted").isTrue();
    Process process = SpoolProcess.start(small, "fill", directory);
    List<String> told;
    try (BufferedReader lines = process.inputReader()) {
      told = lines.lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(told).hasSize(3);
    int written = Integer.parseInt(told.getFirst().substring("full after ".length()));
    assertThat(written).isBetween(150, 350);
    assertThat(told.subList(1, 3)).containsExactly("room again", "read " + (written + 1));
  }

  private static boolean isPossible(List<String> command) throws InterruptedException {
    List<String> trial = new ArrayList<>(command);
    trial.add("true");
    try {
      return new ProcessBuilder(trial).inheritIO().start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
