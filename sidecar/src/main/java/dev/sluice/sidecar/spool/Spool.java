package dev.sluice.sidecar.spool;

import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.WhenFull;
import dev.sluice.policy.event.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Events on disk until they are acknowledged: files of JSON lines, each event chained to the one
 * before. What {@link #append} returned from survives the end of this process, whatever ended it;
 * that of the node, if {@link #obey} says so.
 *
 * <p>A spool is full when as much as it may hold waits for acknowledgement, or when the disk does
 * not take what is written. Then {@link #append} waits, so that nothing goes on unseen; who must
 * not wait asks with {@link #appendIfRoom}. A full disk is tried again every second. If the policy
 * lets events be dropped, nobody waits: they are counted, and an event tells of them as soon as
 * there is room.
 */
public final class Spool implements AutoCloseable {
  private final long capacity;
  private final Consumer<String> log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition arrival = lock.newCondition();
  private final Segments segments;
  private final LineWriter writer;
  private final Syncing syncing;
  private final WakeUps wakeUps = new WakeUps(this::retry);
  private final Losses losses = new Losses();
  private final BatchRoom batchRoom = new BatchRoom();
  private EvidencePolicy policy = EvidencePolicy.DEFAULT;
  private long held;
  private boolean full;
  private boolean failing;
  private boolean closed;

  /**
   * Opens a spool and takes over what an earlier life left in it.
   *
   * @param directory where the files are; it is made where it is not there
   * @param witness who the events are about
   * @param capacity bytes that may wait for acknowledgement
   * @param sha256 gives what makes the hashes, once the first event comes
   * @param print where each event is written as it comes, beside the disk
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the directory cannot be used
   */
  public Spool(
      Path directory,
      Witness witness,
      long capacity,
      Supplier<Sha256> sha256,
      OutputStream print,
      Consumer<String> log)
      throws IOException {
    this(directory, witness, capacity, sha256, print, log, Disk.FILES);
  }

  /** One as the other, with hashes by the Java runtime. */
  public Spool(
      Path directory, Witness witness, long capacity, OutputStream print, Consumer<String> log)
      throws IOException {
    this(directory, witness, capacity, Sha256::ofTheRuntime, print, log);
  }

  Spool(
      Path directory,
      Witness witness,
      long capacity,
      Supplier<Sha256> sha256,
      OutputStream print,
      Consumer<String> log,
      Disk disk)
      throws IOException {
    this.capacity = capacity;
    this.log = log;
    this.segments =
        new Segments(directory, Math.max(4096, Math.min(2 << 20, capacity / 8)), disk, log);
    this.writer = new LineWriter(witness, sha256, segments, new Print(print, log));
    this.syncing = new Syncing(lock, segments, log);
    held = segments.size();
    if (held > 0) {
      log.accept(
          "the spool has %d bytes of events of an earlier life; they are posted first"
              .formatted(held));
    }
  }

  /**
   * Obeys a policy from now on.
   *
   * @param next when events are forced to the medium, and what happens when the spool is full
   */
  public void obey(EvidencePolicy next) {
    List<Runnable> told;
    lock.lock();
    try {
      policy = next;
      segments.obey(next.fsync());
      syncing.obey(next.fsync());
      // What waits may have to wait no more.
      room.signalAll();
      told = wakeUps.take();
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
  }

  /**
   * Writes events, in order and all at once. Returns when they are with the operating system, or as
   * safe as the policy says, and waits for room before. If the policy lets events be dropped and
   * there is no room, they are.
   *
   * @param drafts the events
   * @throws UncheckedIOException where they cannot be written and the spool is closed
   */
  public void append(List<Draft> drafts) {
    lock.lock();
    try {
      while (!tryAppend(drafts)) {
        room.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes events as {@link #append}, if there is room at once. The caller never waits for more
   * than the operating system.
   *
   * @param drafts the events
   * @return whether they were written, or dropped as the policy says; if not, none of them was, and
   *     {@link #onRoom} tells when it is worth another attempt
   * @throws UncheckedIOException where they cannot be written and the spool is closed
   */
  public boolean appendIfRoom(List<Draft> drafts) {
    lock.lock();
    try {
      return tryAppend(drafts);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks to be told, once, that there is room: at once, by this thread, or later by another. There
   * may be none any more by then.
   *
   * @param wakeUp what to call; it must not wait
   */
  public void onRoom(Runnable wakeUp) {
    lock.lock();
    try {
      if ((failing || !hasRoom()) && policy.whenFull() == WhenFull.BLOCK) {
        wakeUps.add(wakeUp);
        if (failing) {
          wakeUps.retryLater();
        }
        return;
      }
    } finally {
      lock.unlock();
    }
    wakeUp.run();
  }

  /**
   * Writes events as {@link #append}, and waits for no room: for the few events of those whom the
   * gate needs to go on, such as whoever makes room.
   *
   * @param drafts the events
   * @throws UncheckedIOException where they cannot be written
   */
  public void appendAtOnce(List<Draft> drafts) {
    lock.lock();
    try {
      write(drafts);
    } catch (IOException failure) {
      throw unwritable(failure);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the oldest events, without removing them. For one thread, and good until it takes more.
   *
   * @param maximum events at most
   * @param nanoseconds how long to wait for one
   * @return a batch; null: there was none in that time, or the spool is closed and empty
   * @throws InterruptedException where the thread is to end
   */
  public @Nullable Batch peek(int maximum, long nanoseconds) throws InterruptedException {
    Segment oldest;
    long end;
    List<Segment> removed;
    lock.lock();
    try {
      long left = nanoseconds;
      oldest = segments.oldest();
      while (oldest == null && left > 0 && !closed) {
        left = arrival.awaitNanos(left);
        oldest = segments.oldest();
      }
      end = oldest == null ? 0 : oldest.size();
      removed = segments.takeRemoved();
    } finally {
      lock.unlock();
    }
    removed.forEach(segments::delete);
    return oldest == null ? null : oldest.read(end, maximum, batchRoom);
  }

  /**
   * Removes a batch.
   *
   * @param batch what {@link #peek} gave last
   */
  public void acknowledge(Batch batch) {
    List<Segment> removed;
    List<Runnable> told = List.of();
    lock.lock();
    try {
      segments.acknowledge(batch);
      removed = segments.takeRemoved();
      held -= batch.bytes();
      if (full && held < capacity - capacity / 10) {
        full = false;
        log.accept("the spool has room again");
        tellLosses();
      }
      if (hasRoom() && !failing) {
        room.signalAll();
        told = wakeUps.take();
      }
    } finally {
      lock.unlock();
    }
    removed.forEach(segments::delete);
    told.forEach(Runnable::run);
  }

  /** Bytes that wait for acknowledgement. */
  public long held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many events wait for acknowledgement. All of them are read for it.
   *
   * @throws UncheckedIOException where they cannot be read
   */
  public long events() {
    lock.lock();
    try {
      return segments.events();
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #append} waits for room, or drops. */
  public boolean isFull() {
    lock.lock();
    try {
      return full || failing;
    } finally {
      lock.unlock();
    }
  }

  /** Ends waiting; what is on disk stays, unless all of it was acknowledged. */
  @Override
  public void close() {
    List<Segment> removed;
    List<Runnable> told;
    lock.lock();
    try {
      closed = true;
      tellLosses();
      segments.close();
      removed = segments.takeRemoved();
      told = wakeUps.take();
      arrival.signalAll();
      room.signalAll();
      syncing.close();
    } finally {
      lock.unlock();
    }
    removed.forEach(segments::delete);
    told.forEach(Runnable::run);
  }

  private boolean hasRoom() {
    return held < capacity || closed;
  }

  /** Whether the events are written, or dropped as the policy says. */
  private boolean tryAppend(List<Draft> drafts) {
    boolean drops = policy.whenFull() == WhenFull.DROP && !closed;
    if (!hasRoom() && !full) {
      full = true;
      log.accept(
          "the spool holds %d bytes that the control plane has not taken: %s"
              .formatted(held, consequence()));
    }
    // Who drops goes on dropping until there is room for more than the next event.
    boolean taken = drops ? !full && !failing && written(drafts) : hasRoom() && written(drafts);
    if (!taken && drops) {
      losses.add(drafts);
      if (failing) {
        wakeUps.retryLater();
      }
    }
    return taken || drops;
  }

  private String consequence() {
    return policy.whenFull() == WhenFull.DROP ? "events are dropped" : "statements wait";
  }

  private boolean written(List<Draft> drafts) {
    try {
      write(drafts);
      return true;
    } catch (IOException failure) {
      if (closed) {
        throw unwritable(failure);
      }
      if (!failing) {
        failing = true;
        log.accept("the spool cannot be written, %s: %s".formatted(consequence(), failure));
      }
      wakeUps.retryLater();
      return false;
    }
  }

  private static UncheckedIOException unwritable(IOException failure) {
    return new UncheckedIOException("the spool cannot be written", failure);
  }

  private void write(List<Draft> drafts) throws IOException {
    held += writer.write(drafts);
    if (failing) {
      failing = false;
      log.accept("the spool can be written again");
    }
    arrival.signal();
    syncing.written();
  }

  /** Writes the events about those that were dropped, whether or not there is room for them. */
  private void tellLosses() {
    if (losses.isEmpty()) {
      return;
    }
    try {
      write(losses.drafts());
      losses.clear();
    } catch (IOException failure) {
      log.accept("the loss of events cannot be told yet: " + failure);
      if (!closed) {
        failing = true;
        wakeUps.retryLater();
      }
    }
  }

  /** A disk was full a second ago. */
  private void retry() {
    List<Runnable> told;
    lock.lock();
    try {
      wakeUps.retried();
      if (!full) {
        tellLosses();
      }
      room.signalAll();
      told = wakeUps.take();
    } finally {
      lock.unlock();
    }
    told.forEach(Runnable::run);
  }
}
