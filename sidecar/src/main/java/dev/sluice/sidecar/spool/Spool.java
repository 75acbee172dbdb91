package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.CanonicalEvent.Sealed;
import dev.sluice.policy.event.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events on disk until they are acknowledged: files of JSON lines, each event chained to the one
 * before. What {@link #append} returned from survives the end of this process, whatever ended it.
 * When the spool is full, {@link #append} waits, so that nothing goes on unseen.
 */
public final class Spool implements AutoCloseable {
  private static final String FIRST = "0".repeat(64);

  private final Path directory;
  private final Witness witness;
  private final long capacity;
  private final long segmentSize;
  private final Consumer<String> log;
  private final OutputStream print;
  private final Opening opening;
  private final EventId ids;
  private final CanonicalEvent canonical = new CanonicalEvent();
  private final String chain = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition arrival = lock.newCondition();
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private @Nullable OutputStream out;
  private byte[] lines = new byte[4096];
  private long sequence;
  private String previousHash = FIRST;
  private long held;
  private boolean full;
  private boolean printFailed;
  private boolean closed;

  /** Opens a file of the spool for writing, empty. */
  @FunctionalInterface
  interface Opening {
    OutputStream open(Path file) throws IOException;
  }

  /**
   * Opens a spool and takes over what an earlier life left in it.
   *
   * @param directory where the files are; it is made where it is not there
   * @param witness who the events are about
   * @param capacity bytes that may wait for acknowledgement
   * @param print where each event is written as it comes, beside the disk
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the directory cannot be used
   */
  public Spool(
      Path directory, Witness witness, long capacity, OutputStream print, Consumer<String> log)
      throws IOException {
    this(
        directory,
        witness,
        capacity,
        print,
        log,
        // The name is this chain's own: what is there under it was left by a failure.
        file ->
            Files.newOutputStream(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING));
  }

  Spool(
      Path directory,
      Witness witness,
      long capacity,
      OutputStream print,
      Consumer<String> log,
      Opening opening)
      throws IOException {
    this.directory = directory;
    this.witness = witness;
    this.capacity = capacity;
    this.segmentSize = Math.max(4096, Math.min(512 * 1024, capacity / 8));
    this.print = print;
    this.log = log;
    this.opening = opening;
    this.ids = new EventId(new SplittableRandom(new SecureRandom().nextLong()));
    Files.createDirectories(directory);
    segments.addAll(Segment.left(directory, log));
    held = segments.stream().mapToLong(Segment::size).sum();
    if (!segments.isEmpty()) {
      log.accept(
          "the spool has %d bytes of events of an earlier life; they are posted first"
              .formatted(held));
    }
  }

  /**
   * Writes events, in order. Returns when they are with the operating system.
   *
   * @param drafts the events
   * @throws UncheckedIOException where they cannot be written
   */
  public void append(List<Draft> drafts) {
    lock.lock();
    try {
      awaitRoom();
      appendNow(drafts);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes events as {@link #append} where there is room, and else nothing.
   *
   * @param drafts the events
   * @return whether they were written
   * @throws UncheckedIOException where they cannot be written
   */
  public boolean appendIfRoom(List<Draft> drafts) {
    lock.lock();
    try {
      if (isOver()) {
        return false;
      }
      appendNow(drafts);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has somebody told, once, that there is room: at once where there is.
   *
   * @param told is run by whoever makes room
   */
  public void onRoom(Runnable told) {
    lock.lock();
    try {
      if (isOver()) {
        waiting.add(told);
        return;
      }
    } finally {
      lock.unlock();
    }
    told.run();
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
      appendNow(drafts);
    } finally {
      lock.unlock();
    }
  }

  private void appendNow(List<Draft> drafts) {
    long sequenceBefore = sequence;
    String hashBefore = previousHash;
    int size = 0;
    for (Draft draft : drafts) {
      Event event =
          draft.event(
              witness, ids.next(draft.time().toEpochMilli()), chain, sequence + 1, previousHash);
      Sealed sealed = canonical.seal(event);
      byte[] json = sealed.json();
      if (lines.length - size <= json.length) {
        lines = Arrays.copyOf(lines, (size + json.length + 1) * 2);
      }
      System.arraycopy(json, 0, lines, size, json.length);
      size += json.length;
      lines[size++] = '\n';
      sequence++;
      previousHash = sealed.hash();
    }
    try {
      write(size);
    } catch (IOException failure) {
      undo();
      sequence = sequenceBefore;
      previousHash = hashBefore;
      throw new UncheckedIOException("the spool cannot be written", failure);
    }
    print(size);
    if (lines.length > 256 * 1024) {
      lines = new byte[4096];
    }
    arrival.signal();
  }

  /**
   * Takes the oldest events, without removing them.
   *
   * @param maximum events at most
   * @param nanoseconds how long to wait for one
   * @return a batch; null: there was none in that time, or the spool is closed and empty
   * @throws InterruptedException where the thread is to end
   */
  public @Nullable Batch peek(int maximum, long nanoseconds) throws InterruptedException {
    Segment oldest;
    long end;
    lock.lock();
    try {
      long left = nanoseconds;
      while (segments.isEmpty() || segments.getFirst().isRead()) {
        if (!segments.isEmpty() && segments.size() > 1) {
          remove();
        } else if (left <= 0 || closed) {
          return null;
        } else {
          left = arrival.awaitNanos(left);
        }
      }
      oldest = segments.getFirst();
      end = oldest.size();
    } finally {
      lock.unlock();
    }
    return oldest.read(end, maximum);
  }

  /**
   * Removes a batch.
   *
   * @param batch what {@link #peek} gave last
   */
  public void acknowledge(Batch batch) {
    lock.lock();
    try {
      batch.segment().acknowledge(batch.end());
      held -= batch.bytes();
      if (batch.segment().isRead() && batch.segment().size() >= segmentSize / 4) {
        if (segments.size() == 1) {
          closeOut();
        }
        remove();
      }
      if (full && held < capacity - capacity / 10) {
        full = false;
        log.accept("the spool has room again");
      }
      tell();
    } finally {
      lock.unlock();
    }
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
      return segments.stream().mapToLong(Segment::events).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #append} waits for room. */
  public boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  /** Ends waiting; what is on disk stays, unless all of it was acknowledged. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closeOut();
      while (!segments.isEmpty() && segments.getFirst().isRead()) {
        remove();
      }
      arrival.signalAll();
      tell();
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom() {
    while (isOver()) {
      room.awaitUninterruptibly();
    }
  }

  private boolean isOver() {
    boolean over = held >= capacity && !closed;
    if (over && !full) {
      full = true;
      log.accept(
          "the spool holds %d bytes that the control plane has not taken: statements wait"
              .formatted(held));
    }
    return over;
  }

  private void tell() {
    room.signalAll();
    if (!isOver()) {
      List<Runnable> told = List.copyOf(waiting);
      waiting.clear();
      told.forEach(Runnable::run);
    }
  }

  private void write(int size) throws IOException {
    OutputStream current = out;
    if (current == null || segments.isEmpty() || segments.getLast().size() >= segmentSize) {
      closeOut();
      Path file = directory.resolve(Segment.name(chain, sequence));
      segments.add(new Segment(file, 0));
      current = opening.open(file);
      out = current;
    }
    current.write(lines, 0, size);
    segments.getLast().grow(size);
    held += size;
  }

  /** Takes back what a failure left of a write, so that no later life takes it for events. */
  private void undo() {
    closeOut();
    Segment last = segments.getLast();
    if (last.size() == 0) {
      segments.removeLast();
      delete(last);
      return;
    }
    try (FileChannel file = FileChannel.open(last.file(), StandardOpenOption.WRITE)) {
      file.truncate(last.size());
    } catch (IOException failure) {
      log.accept("%s cannot be shortened: %s".formatted(last.file(), failure));
    }
  }

  /** The events are kept, whatever becomes of their print. */
  private void print(int size) {
    try {
      print.write(lines, 0, size);
      print.flush();
    } catch (IOException failure) {
      if (!printFailed) {
        printFailed = true;
        log.accept("events cannot be printed, they are kept all the same: " + failure);
      }
    }
  }

  private void remove() {
    delete(segments.removeFirst());
  }

  private void delete(Segment segment) {
    try {
      Files.deleteIfExists(segment.file());
    } catch (IOException failure) {
      log.accept("%s cannot be removed: %s".formatted(segment.file(), failure));
    }
  }

  private void closeOut() {
    OutputStream current = out;
    out = null;
    if (current != null) {
      try {
        current.close();
      } catch (IOException failure) {
        log.accept("a file of the spool cannot be closed: " + failure);
      }
    }
  }
}
