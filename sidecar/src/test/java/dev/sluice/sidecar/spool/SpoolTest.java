package dev.sluice.sidecar.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.Fsync;
import dev.sluice.policy.bundle.EvidencePolicy.WhenFull;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Sha256;
import dev.sluice.sidecar.statement.Evidence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void eventsComeOutInOrderAndChained() throws Exception {
    try (Spool spool = open(1 << 20)) {
      for (int number = 0; number < 5000; number++) {
        spool.append(List.of(draft(number)));
        if (number % 700 == 0) {
          Batch batch = Objects.requireNonNull(spool.peek(3, SECOND));
          assertThat(batch.events()).isBetween(1, 3);
        }
        if (spool.held() > 1 << 19) {
          drain(spool, 100);
        }
      }
      drain(spool, 1000);
      assertThat(spool.held()).isZero();
      assertThat(spool.peek(1, 0)).isNull();
    }
    assertThat(posted).hasSize(5000);
    assertChained(posted);
    assertThat(posted)
        .extracting(Event::rows)
        .isEqualTo(IntStream.range(0, 5000).mapToObj(number -> (long) number).toList());
    assertThat(files()).isEmpty();
  }

  @Test
  void whatWasNotAcknowledgedIsPostedByTheNextLife() throws Exception {
    Spool first = open(1 << 20);
    first.append(IntStream.range(0, 300).mapToObj(SpoolTest::draft).toList());
    Batch batch = Objects.requireNonNull(first.peek(100, SECOND));
    assertThat(batch.events()).isEqualTo(100);
    first.acknowledge(batch);
    // The process is killed here: nothing is closed.
    try (Spool second = open(1 << 20)) {
      second.append(List.of(draft(300)));
      drain(second, 1000);
    }
    List<String> ids = posted.stream().map(Event::id).distinct().toList();
    assertThat(ids).hasSize(301);
    assertChained(posted.subList(0, 300));
    assertThat(posted.getLast().sequence()).isEqualTo(1);
    assertThat(posted.getLast().chain()).isNotEqualTo(posted.getFirst().chain());
    assertThat(log).anyMatch(line -> line.contains("an earlier life"));
    assertThat(files()).isEmpty();
  }

  @Test
  void aHalfWrittenLineIsLeftOut() throws Exception {
    Spool first = open(1 << 20);
    first.append(List.of(draft(1), draft(2)));
    Files.writeString(files().getFirst(), "{\"access\":\"sh", StandardOpenOption.APPEND);
    try (Spool second = open(1 << 20)) {
      drain(second, 10);
    }
    assertThat(posted).hasSize(2);
    assertThat(log).anyMatch(line -> line.contains("never answered"));
  }

  @Test
  void aFullSpoolMakesItsWritersWait() throws Exception {
    try (Spool spool = open(64 * 1024)) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                for (int number = 0; number < 500; number++) {
                  spool.append(List.of(draft(number)));
                }
              });
      await().until(spool::isFull);
      assertThat(writer).isNotDone();
      assertThat(spool.held()).isBetween(64L * 1024, 66L * 1024);
      while (!writer.isDone() || spool.held() > 0) {
        drain(spool, 50);
      }
      writer.join();
      assertThat(posted).hasSize(500);
      assertChained(posted);
      assertThat(log).anyMatch(line -> line.contains("statements wait"));
      assertThat(log).anyMatch(line -> line.contains("has room again"));
    }
  }

  @Test
  void anEventLongerThanABatchPasses() throws Exception {
    try (Spool spool = open(4 << 20)) {
      List<String> relations =
          IntStream.range(0, 40_000).mapToObj("public.table_%d"::formatted).toList();
      Evidence evidence = new Evidence("SELECT", null, "SELECT", relations, List.of());
      spool.append(List.of(draft(1), draft(2, evidence), draft(3)));
      drain(spool, 1000);
      assertThat(posted).hasSize(3);
      assertThat(posted.get(1).relations()).isEqualTo(relations);
    }
  }

  @Test
  void eventsArePrintedAsTheyCome() throws IOException {
    ByteArrayOutputStream print = new ByteArrayOutputStream();
    try (Spool spool = open(1 << 20, print)) {
      spool.append(List.of(draft(1)));
      assertThat(print.toString(StandardCharsets.UTF_8)).endsWith("}\n").contains("\"rows\":1,");
    }
  }

  @Test
  void aDiskThatWasFullForAMomentIsWrittenAgain() throws Exception {
    SmallDisk disk = new SmallDisk();
    try (Spool spool = open(disk)) {
      disk.full = true;
      assertThat(spool.appendIfRoom(List.of(draft(1)))).isFalse();
      assertThatThrownBy(() -> spool.appendAtOnce(List.of(draft(1))))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(files()).isEmpty();
      disk.full = false;
      spool.append(List.of(draft(2)));
      disk.full = true;
      assertThat(spool.appendIfRoom(List.of(draft(3), draft(4)))).isFalse();
      assertThat(spool.isFull()).isTrue();
      disk.full = false;
      spool.append(List.of(draft(5)));
      assertThat(spool.isFull()).isFalse();

      // As a life would find it that begins now, had this one been killed.
      try (Spool next = open(1 << 20)) {
        drain(next, 10);
      }
      assertThat(posted).extracting(Event::rows).containsExactly(2L, 5L);
      assertChained(posted);
    }
    assertThat(log).filteredOn(line -> line.contains("cannot be written")).hasSize(2);
    assertThat(log).filteredOn(line -> line.contains("can be written again")).hasSize(2);
  }

  @Test
  void whoWaitsForAFullDiskGoesOnOnceItTakesEvents() throws Exception {
    SmallDisk disk = new SmallDisk();
    try (Spool spool = open(disk)) {
      disk.full = true;
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> spool.append(List.of(draft(1))));
      await().until(spool::isFull);
      CompletableFuture<Boolean> told = new CompletableFuture<>();
      spool.onRoom(() -> told.complete(spool.appendIfRoom(List.of(draft(2)))));
      assertThat(writer).isNotDone();
      disk.full = false;
      writer.get(1, TimeUnit.MINUTES);
      assertThat(told.get(1, TimeUnit.MINUTES)).isTrue();
      drain(spool, 10);
      assertThat(posted).extracting(Event::rows).containsExactlyInAnyOrder(1L, 2L);
      assertChained(posted);
    }
  }

  @Test
  void aSpoolThatIsClosedLetsNobodyWaitForItsDisk() throws Exception {
    SmallDisk disk = new SmallDisk();
    Spool spool = open(disk);
    disk.full = true;
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> spool.append(List.of(draft(1))));
    await().until(spool::isFull);
    spool.close();
    assertThatThrownBy(() -> writer.get(1, TimeUnit.MINUTES))
        .hasCauseInstanceOf(UncheckedIOException.class);
  }

  @Test
  void whoMayNotWaitIsToldWhenThereIsRoom() throws Exception {
    try (Spool spool = open(64 * 1024)) {
      AtomicInteger told = new AtomicInteger();
      spool.onRoom(told::incrementAndGet);
      assertThat(told).hasValue(1);
      int number = 0;
      while (spool.appendIfRoom(List.of(draft(number), draft(number + 1)))) {
        number += 2;
      }
      assertThat(spool.events()).isEqualTo(number);
      spool.onRoom(told::incrementAndGet);
      assertThat(told).hasValue(1);
      drain(spool, number / 2);
      assertThat(told).hasValue(2);
      assertThat(spool.appendIfRoom(List.of(draft(number), draft(number + 1)))).isTrue();
      drain(spool, 1000);
      assertThat(told).hasValue(2);
      assertThat(posted).hasSize(number + 2);
      assertChained(posted);
    }
  }

  @Test
  void eventsAreForcedToTheMediumBeforeTheAnswerIfThePolicySaysSo() throws Exception {
    SmallDisk disk = new SmallDisk();
    try (Spool spool = open(disk)) {
      spool.append(List.of(draft(1)));
      assertThat(disk.synced).hasValue(0);
      spool.obey(policy(Fsync.ALWAYS, WhenFull.BLOCK));
      spool.append(List.of(draft(2), draft(3)));
      assertThat(disk.synced).hasValue(1);
      assertThat(spool.appendIfRoom(List.of(draft(4)))).isTrue();
      assertThat(disk.synced).hasValue(2);
    }
  }

  @Test
  void eventsAreForcedToTheMediumByAndByIfThePolicySaysSo() throws Exception {
    SmallDisk disk = new SmallDisk();
    try (Spool spool = open(disk)) {
      spool.obey(policy(Fsync.EVERY_SECOND, WhenFull.BLOCK));
      spool.append(List.of(draft(1)));
      await().until(() -> disk.synced.get() == 1);
      spool.append(List.of(draft(2)));
      await().until(() -> disk.synced.get() == 2);
      spool.append(List.of(draft(3)));
    }
    // What the last second brought is not left behind.
    assertThat(disk.synced).hasValue(3);
  }

  @Test
  void aFullSpoolDropsIfThePolicySaysSoAndTellsHowManyWere() throws Exception {
    try (Spool spool = open(64 * 1024)) {
      spool.obey(policy(Fsync.NEVER, WhenFull.DROP));
      int kept = 0;
      while (!spool.isFull()) {
        spool.append(List.of(draft(kept)));
        kept++;
      }
      // The last one was dropped already.
      kept--;
      assertThat(spool.appendIfRoom(List.of(draft(kept + 1), draft(kept + 2)))).isTrue();
      spool.append(List.of(draft(kept + 3)));
      assertThat(spool.events()).isEqualTo(kept);
      drain(spool, 20);
      spool.append(List.of(draft(kept + 4)));
      drain(spool, 1000);
      assertChained(posted);
      assertThat(posted).hasSize(kept + 2);
      Event loss =
          posted.stream()
              .filter(event -> event.type() == Event.Type.EVENTS_LOST)
              .findFirst()
              .orElseThrow();
      assertThat(loss.lost()).isEqualTo(4);
      assertThat(loss.lostSince()).isEqualTo(draft(kept).time());
      assertThat(loss.time()).isEqualTo(draft(kept + 3).time());
      assertThat(loss.access()).isEqualTo("shop/orders");
      assertThat(loss.code()).isEqualTo("SLU-G20");
      assertThat(posted.getLast().rows()).isEqualTo(kept + 4);
    }
    assertThat(log).anyMatch(line -> line.contains("events are dropped"));
  }

  @Test
  void lossesOfAFullDiskAreToldOnceItTakesEvents() throws Exception {
    SmallDisk disk = new SmallDisk();
    try (Spool spool = open(disk)) {
      spool.obey(policy(Fsync.NEVER, WhenFull.DROP));
      disk.full = true;
      for (int number = 0; number < 10; number++) {
        spool.append(List.of(draft(number)));
      }
      assertThat(spool.isFull()).isTrue();
      disk.full = false;
      await().until(() -> !spool.isFull());
      spool.append(List.of(draft(10)));
      drain(spool, 10);
      assertThat(posted).extracting(Event::lost).containsExactly(10L, null);
      assertChained(posted);
    }
  }

  @Test
  void lossesAreToldInTheEnd() throws Exception {
    Spool spool = open(64 * 1024);
    spool.obey(policy(Fsync.NEVER, WhenFull.DROP));
    while (!spool.isFull()) {
      spool.append(List.of(draft(1)));
    }
    spool.close();
    try (Spool next = open(64 * 1024)) {
      drain(next, 1000);
    }
    assertThat(posted.getLast().lost()).isEqualTo(1);
    assertChained(posted);
  }

  @Test
  void whoWaitsForRoomGoesOnWhenThePolicyLetsEventsBeDropped() throws Exception {
    try (Spool spool = open(64 * 1024)) {
      int number = 0;
      while (spool.appendIfRoom(List.of(draft(number)))) {
        number++;
      }
      CompletableFuture<Void> told = new CompletableFuture<>();
      spool.onRoom(() -> told.complete(null));
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> spool.append(List.of(draft(1))));
      spool.obey(policy(Fsync.NEVER, WhenFull.DROP));
      writer.get(1, TimeUnit.MINUTES);
      assertThat(told).isDone();
      assertThat(spool.events()).isEqualTo(number);
    }
  }

  @Test
  void aFileThatIsMissingShows() throws Exception {
    try (Spool first = open(64 * 1024)) {
      for (int number = 0; number < 100; number++) {
        first.append(List.of(draft(number)));
      }
    }
    List<Path> files = files().stream().sorted().toList();
    assertThat(files).hasSizeGreaterThan(3);
    Files.delete(files.get(1));
    try (Spool next = open(64 * 1024)) {
      drain(next, 1000);
    }
    assertThat(log).filteredOn(line -> line.contains("a file of the spool is missing")).hasSize(1);
    long breaks =
        IntStream.range(1, posted.size())
            .filter(index -> !posted.get(index).previousHash().equals(posted.get(index - 1).hash()))
            .count();
    assertThat(breaks).isEqualTo(1);
  }

  private static EvidencePolicy policy(Fsync fsync, WhenFull whenFull) {
    return new EvidencePolicy(EvidencePolicy.BindValues.NONE, fsync, whenFull, null);
  }

  @Test
  void eventsThatCannotBePrintedAreKept() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("nobody reads");
          }
        };
    try (Spool spool = open(1 << 20, closed)) {
      spool.append(List.of(draft(1)));
      spool.append(List.of(draft(2)));
      assertThat(spool.events()).isEqualTo(2);
      drain(spool, 10);
      assertThat(spool.events()).isZero();
    }
    assertChained(posted);
    assertThat(log).filteredOn(line -> line.contains("nobody reads")).hasSize(1);
  }

  @Test
  void whoMustNotWaitIsNotKeptByAFullSpool() throws Exception {
    try (Spool spool = open(64 * 1024)) {
      while (spool.held() < 64 * 1024) {
        spool.append(List.of(draft(1)));
      }
      long before = spool.events();
      spool.appendAtOnce(List.of(draft(2)));
      assertThat(spool.events()).isEqualTo(before + 1);
    }
  }

  private final List<Event> posted = new ArrayList<>();

  private void drain(Spool spool, int maximum) throws InterruptedException {
    Batch batch = spool.peek(maximum, 0);
    while (batch != null) {
      posted.addAll(Batches.events(batch));
      spool.acknowledge(batch);
      batch = spool.peek(maximum, 0);
    }
  }

  private Spool open(Disk disk) throws IOException {
    return new Spool(
        directory,
        new Witness("ns", "sa", "pod", "uid"),
        1 << 20,
        Sha256::ofTheRuntime,
        OutputStream.nullOutputStream(),
        log::add,
        disk);
  }

  /** A disk that may be full: then it takes a part of what is written, and fails. */
  private static final class SmallDisk implements Disk {
    private volatile boolean full;
    private final AtomicInteger synced = new AtomicInteger();

    @Override
    public Output open(Path file) throws IOException {
      Output out = FILES.open(file);
      return new Output() {
        @Override
        public void write(byte[] bytes, int length) throws IOException {
          out.write(bytes, full ? length * 3 / 4 : length);
          if (full) {
            throw new IOException("no space left on device");
          }
        }

        @Override
        public void sync() throws IOException {
          out.sync();
          synced.incrementAndGet();
        }

        @Override
        public void close() throws IOException {
          out.close();
        }
      };
    }
  }

  private Spool open(long capacity) throws IOException {
    return open(capacity, OutputStream.nullOutputStream());
  }

  private Spool open(long capacity, OutputStream print) throws IOException {
    return new Spool(directory, new Witness("ns", "sa", "pod", "uid"), capacity, print, log::add);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static void assertChained(List<Event> events) {
    CanonicalEvent canonical = new CanonicalEvent();
    String previous = "0".repeat(64);
    long sequence = 1;
    for (Event event : events) {
      assertThat(event.previousHash()).isEqualTo(previous);
      assertThat(event.sequence()).isEqualTo(sequence);
      assertThat(canonical.isIntact(event)).isTrue();
      previous = event.hash();
      sequence++;
    }
  }

  private static Draft draft(int number) {
    return draft(number, null);
  }

  private static Draft draft(int number, @Nullable Evidence evidence) {
    return new Draft(
        Instant.parse("2026-11-22T19:00:00Z").plusMillis(number),
        Event.Type.STATEMENT,
        new Draft.Subject("shop/orders", "databases/orders", "p", "1", 2, "app"),
        evidence,
        number,
        -1,
        Event.Outcome.ALLOWED,
        null,
        null,
        null,
        null);
  }
}
