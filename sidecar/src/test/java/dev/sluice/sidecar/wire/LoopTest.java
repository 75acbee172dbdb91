package dev.sluice.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopTest {
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private Loop loop;
  private Thread thread;

  @BeforeEach
  void start() throws IOException {
    loop = new Loop(log::add);
    thread = Thread.ofPlatform().daemon().start(loop);
  }

  @AfterEach
  void end() throws InterruptedException {
    loop.close();
    thread.join();
  }

  @Test
  void aRoundIsWhatIsReadyThenWhatIsToBeDoneThenItsEnd() {
    loop.execute(
        () -> {
          loop.atEnd(() -> done.add("end"));
          loop.again(() -> done.add("next round"));
          loop.execute(() -> done.add("more"));
          done.add("task");
        });
    await()
        .untilAsserted(() -> assertThat(done).containsExactly("task", "more", "end", "next round"));
  }

  @Test
  void aFailureIsToldAndIsNobodyElses() {
    loop.execute(
        () -> {
          throw new IllegalStateException("broken");
        });
    loop.execute(() -> done.add("served"));
    await().untilAsserted(() -> assertThat(done).containsExactly("served"));
    assertThat(log).singleElement().asString().contains("broken");
  }

  @Test
  void whoIsReadyIsServedAndNobodyElse() throws Exception {
    Pipe pipe = Pipe.open();
    AtomicInteger read = new AtomicInteger();
    CountDownLatch watched = new CountDownLatch(1);
    pipe.source().configureBlocking(false);
    loop.execute(
        () -> {
          try {
            loop.watch(pipe.source(), operations -> read.addAndGet(take(pipe, operations)))
                .interestOps(SelectionKey.OP_READ);
            watched.countDown();
          } catch (IOException failure) {
            log.add(failure.toString());
          }
        });
    watched.await();
    pipe.sink().write(ByteBuffer.wrap(new byte[5]));
    await().untilAtomic(read, org.hamcrest.Matchers.is(5));
    pipe.source().close();
    assertThat(log).isEmpty();
  }

  private int take(Pipe pipe, int operations) {
    assertThat(operations).isEqualTo(SelectionKey.OP_READ);
    try {
      return pipe.source().read(ByteBuffer.allocate(10));
    } catch (IOException failure) {
      log.add(failure.toString());
      return 0;
    }
  }

  @Test
  void noTaskIsLostBetweenLookingAndSleeping() throws InterruptedException {
    for (int i = 0; i < 20_000; i++) {
      CountDownLatch served = new CountDownLatch(1);
      loop.execute(served::countDown);
      assertThat(served.await(30, TimeUnit.SECONDS)).as("task %d", i).isTrue();
    }
  }

  @Test
  void itEndsWhenItIsClosedAndNothingIsWatched() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    CountDownLatch watched = new CountDownLatch(1);
    loop.execute(
        () -> {
          try {
            loop.watch(pipe.source(), _ -> {});
            watched.countDown();
          } catch (IOException failure) {
            log.add(failure.toString());
          }
        });
    watched.await();
    loop.close();
    loop.execute(() -> done.add("still served"));
    await().untilAsserted(() -> assertThat(done).containsExactly("still served"));
    assertThat(thread.isAlive()).isTrue();
    loop.execute(
        () -> {
          try {
            pipe.source().close();
          } catch (IOException failure) {
            log.add(failure.toString());
          }
        });
    thread.join();
    assertThat(log).isEmpty();
  }
}
