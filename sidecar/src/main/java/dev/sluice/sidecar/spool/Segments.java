package dev.sluice.sidecar.spool;

import dev.sluice.policy.bundle.EvidencePolicy.Fsync;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The files of a spool, the oldest first. Guarded by the spool's lock. */
final class Segments {
  private final Path directory;
  private final long segmentSize;
  private final Disk disk;
  private final Consumer<String> log;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private List<Segment> removed = new ArrayList<>();
  private Disk.@Nullable Output out;
  private Fsync fsync = Fsync.NEVER;

  /** How much of the last file was forced to the medium. */
  private long synced;

  /** Takes over what an earlier life left. */
  Segments(Path directory, long segmentSize, Disk disk, Consumer<String> log) throws IOException {
    this.directory = directory;
    this.segmentSize = segmentSize;
    this.disk = disk;
    this.log = log;
    Files.createDirectories(directory);
    segments.addAll(Segment.left(directory, log));
  }

  /** Bytes of all that was not acknowledged. */
  long size() {
    return segments.stream().mapToLong(Segment::size).sum();
  }

  /** How many events were not acknowledged. All of them are read for it. */
  long events() {
    return segments.stream().mapToLong(Segment::events).sum();
  }

  /**
   * Writes lines to the last file, all or none.
   *
   * @param chain their chain
   * @param sequence the place of the last of them, for the name of a new file
   */
  void write(byte[] lines, int length, String chain, long sequence) throws IOException {
    try {
      Disk.Output current = out;
      if (current == null || segments.isEmpty() || segments.getLast().size() >= segmentSize) {
        closeOut();
        Path file = directory.resolve(Segment.name(chain, sequence));
        segments.add(new Segment(file, 0));
        current = disk.open(file);
        out = current;
        synced = 0;
        if (fsync != Fsync.NEVER) {
          syncDirectory();
        }
      }
      current.write(lines, length);
      if (fsync == Fsync.ALWAYS) {
        current.sync();
      }
      segments.getLast().grow(length);
      if (fsync == Fsync.ALWAYS) {
        synced = segments.getLast().size();
      }
    } catch (IOException failure) {
      undo();
      throw failure;
    }
  }

  /** From now on. */
  void obey(Fsync when) {
    fsync = when;
  }

  /**
   * Something that was not forced to the medium.
   *
   * @param output the file
   * @param size how much of it is to be
   */
  record Unsynced(Disk.Output output, long size) {}

  boolean isUnsynced() {
    return out != null && synced < segments.getLast().size();
  }

  /** Of the last file, which there must be: whoever takes it has it forced without the lock. */
  Unsynced unsynced() {
    return new Unsynced(Objects.requireNonNull(out), segments.getLast().size());
  }

  /** It was forced to the medium, and its file is still open. */
  void synced(Unsynced done) {
    synced = Math.max(synced, done.size());
  }

  /** Whether it is still the one that is written to. */
  boolean isOpen(Disk.Output output) {
    return output.equals(out);
  }

  /** Otherwise a new file's name would go with the node. */
  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
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

  /** The oldest with something that was not acknowledged; null: there is none. */
  @Nullable Segment oldest() {
    while (segments.size() > 1 && segments.getFirst().isRead()) {
      removed.add(segments.removeFirst());
    }
    return segments.isEmpty() || segments.getFirst().isRead() ? null : segments.getFirst();
  }

  void acknowledge(Batch batch) {
    Segment segment = batch.segment();
    segment.acknowledge(batch.end());
    if (segment.isRead() && segment.size() >= segmentSize / 4) {
      if (segments.size() == 1) {
        // Nobody needs it on the medium any more.
        synced = segment.size();
        closeOut();
      }
      removed.add(segments.removeFirst());
    }
  }

  /** Ends writing, and with it all files of which everything was acknowledged. */
  void close() {
    closeOut();
    while (!segments.isEmpty() && segments.getFirst().isRead()) {
      removed.add(segments.removeFirst());
    }
  }

  /** What is no part of the spool any more and is to be deleted, which takes time. */
  List<Segment> takeRemoved() {
    if (removed.isEmpty()) {
      return List.of();
    }
    List<Segment> taken = removed;
    removed = new ArrayList<>();
    return taken;
  }

  /** Deletes a file. Needs no lock. */
  void delete(Segment segment) {
    try {
      Files.deleteIfExists(segment.file());
    } catch (IOException failure) {
      log.accept("%s cannot be removed: %s".formatted(segment.file(), failure));
    }
  }

  private void closeOut() {
    Disk.Output current = out;
    boolean unsynced = fsync != Fsync.NEVER && isUnsynced();
    out = null;
    if (current != null) {
      try (current) {
        if (unsynced) {
          current.sync();
        }
      } catch (IOException failure) {
        log.accept("a file of the spool cannot be closed: " + failure);
      }
    }
  }
}
