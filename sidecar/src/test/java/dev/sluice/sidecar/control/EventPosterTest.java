package dev.sluice.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.spool.Witness;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventPosterTest {
  private static final Duration SHORT = Duration.ofMillis(10);

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private Duration gather = SHORT;
  private Spool spool;

  @BeforeEach
  void open() throws IOException {
    spool =
        new Spool(
            directory,
            new Witness("shop", "sa", "pod", "uid"),
            1 << 20,
            OutputStream.nullOutputStream(),
            log::add);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void anEventThatIsRefusedForGoodIsToldAsLostAndKeepsNothingBack() {
    List<Long> poison = List.of(7L, 8L, 20L);
    EventsOnly control =
        new EventsOnly(
            events -> {
              if (events.stream().anyMatch(event -> poison.contains(event.rows()))) {
                throw refusal(400, "SLU-C10", "it cannot be read");
              }
            });
    spool.append(IntStream.range(0, 30).mapToObj(EventPosterTest::draft).toList());

    whileItPosts(control, SHORT, poster -> await().until(() -> spool.held() == 0));

    assertThat(control.taken())
        .filteredOn(event -> event.type() == Event.Type.STATEMENT)
        .extracting(Event::rows)
        .isEqualTo(
            LongStream.range(0, 30).boxed().filter(number -> !poison.contains(number)).toList());
    assertThat(control.taken())
        .filteredOn(event -> event.type() == Event.Type.EVENTS_LOST)
        .hasSize(3)
        .allSatisfy(
            event -> {
              assertThat(event.access()).isEqualTo("shop/orders");
              assertThat(event.database()).isEqualTo("databases/orders");
              assertThat(event.code()).isEqualTo("SLU-C10");
              assertThat(event.reason()).contains("of type STATEMENT", "it cannot be read");
            });
    assertThat(log).filteredOn(line -> line.contains("is lost")).hasSize(3);
  }

  @Test
  void aLossThatIsRefusedTooIsLoggedOnly() {
    EventsOnly control =
        new EventsOnly(
            events -> {
              throw refusal(403, "SLU-C09", "not of this pod");
            });
    spool.append(List.of(draft(1), draft(2)));

    whileItPosts(control, SHORT, poster -> await().until(() -> spool.held() == 0));

    assertThat(control.taken()).isEmpty();
    assertThat(log).filteredOn(line -> line.contains("is lost")).hasSize(4);
  }

  @Test
  void whatIsInBetweenCanRefuseWithoutALoss() {
    AtomicInteger answers = new AtomicInteger();
    EventsOnly control =
        new EventsOnly(
            events -> {
              if (answers.incrementAndGet() < 4) {
                throw refusal(400, "", "a proxy");
              }
            });
    spool.append(List.of(draft(1)));

    whileItPosts(control, SHORT, poster -> await().until(() -> spool.held() == 0));

    assertThat(control.taken()).extracting(Event::rows).containsExactly(1L);
  }

  @Test
  void aFaultOfTheGateIsToldAndDoesNotEndIt() {
    AtomicInteger answers = new AtomicInteger();
    EventsOnly control =
        new EventsOnly(
            events -> {
              if (answers.incrementAndGet() < 3) {
                throw new IllegalStateException("a fault");
              }
            });
    spool.append(List.of(draft(1)));

    whileItPosts(control, SHORT, poster -> await().until(() -> spool.held() == 0));

    assertThat(log).anyMatch(line -> line.contains("a fault"));
  }

  @Test
  void hurryEndsTheWaitAfterAFailure() {
    AtomicInteger answers = new AtomicInteger();
    EventsOnly control =
        new EventsOnly(
            events -> {
              if (answers.incrementAndGet() < 3) {
                throw new IOException("away");
              }
            });
    spool.append(List.of(draft(1)));

    whileItPosts(
        control,
        Duration.ofHours(1),
        poster -> {
          await().until(() -> answers.get() == 1);
          poster.hurry();
          await().until(() -> spool.held() == 0);
        });
  }

  @Test
  void whereManyWaitNoneGather() {
    EventsOnly control = new EventsOnly(events -> {});
    gather = Duration.ofHours(1);
    // Files of a spool end anywhere, and a batch ends with its file.
    IntStream.range(0, 1500).forEach(number -> spool.append(List.of(draft(number))));
    assertThat(spool.held()).isGreaterThan(3 * 128 * 1024);

    whileItPosts(control, SHORT, poster -> await().until(() -> spool.held() < 64 * 1024));
  }

  private void whileItPosts(
      ControlPlane control, Duration firstPause, java.util.function.Consumer<EventPoster> action) {
    EventPoster poster =
        new EventPoster(
            spool,
            control,
            List.of("shop/orders"),
            Clock.systemUTC(),
            new BackOff(new Random(1), firstPause, Duration.ofHours(2)),
            gather,
            log::add);
    Thread thread = Thread.ofPlatform().daemon().start(poster);
    try {
      action.accept(poster);
    } finally {
      thread.interrupt();
    }
  }

  private static ControlPlaneException refusal(int status, String code, String detail) {
    return new ControlPlaneException(new Problem("refused", status, code, detail, ""));
  }

  private static Draft draft(int number) {
    return new Draft(
        Instant.parse("2026-11-22T19:00:00Z").plusMillis(number),
        Event.Type.STATEMENT,
        new Draft.Subject("shop/orders", "databases/orders", "p", "1", 2, "app"),
        null,
        number,
        -1,
        Event.Outcome.ALLOWED,
        null,
        null,
        null,
        null);
  }
}
