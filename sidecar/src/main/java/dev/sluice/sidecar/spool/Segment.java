package dev.sluice.sidecar.spool;

import static java.util.Comparator.comparingLong;
import static java.util.function.Function.identity;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One file of a spool. Its fields are guarded by the spool's lock. */
final class Segment {
  private static final String SUFFIX = ".jsonl";

  /** Bytes of a batch, as long as more than one event fits. */
  private static final int BATCH = 256 * 1024;

  private final Path file;
  private long size;
  private long acknowledged;

  Segment(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  /** A name whose order among those of a chain is that of the events. */
  static String name(String chain, long sequence) {
    return "%s-%016d%s".formatted(chain, sequence, SUFFIX);
  }

  /** The files that an earlier life left, in the order in which they were written. */
  static List<Segment> left(Path directory, Consumer<String> log) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    SegmentLinks links = new SegmentLinks(log);
    List<Segment> segments = new ArrayList<>();
    for (Path file :
        files.stream().sorted(comparingLong(Segment::order).thenComparing(identity())).toList()) {
      byte[] bytes = Files.readAllBytes(file);
      int whole = whole(bytes);
      links.next(bytes, whole);
      if (whole < bytes.length) {
        log.accept("%s ends within an event that was never answered".formatted(file));
      }
      segments.add(new Segment(file, whole));
    }
    return segments;
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  void grow(int bytes) {
    size += bytes;
  }

  boolean isRead() {
    return acknowledged >= size;
  }

  void acknowledge(long end) {
    acknowledged = end;
  }

  /**
   * Reads what was not acknowledged, up to an end at which an event ends.
   *
   * @param room for the batch, which is good until this is used again
   */
  Batch read(long end, int maximum, BatchRoom room) {
    long start = acknowledged;
    int wanted = (int) Math.min(end - start, BATCH);
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(start);
      byte[] bytes = room.bytes(wanted);
      in.readFully(bytes, 0, wanted);
      Lines lines = Lines.whole(bytes, wanted, maximum);
      while (lines.count == 0) {
        // An event longer than a batch: as much more as it takes.
        wanted = (int) Math.min(end - start, wanted * 2L);
        bytes = new byte[wanted];
        in.seek(start);
        in.readFully(bytes);
        lines = Lines.whole(bytes, wanted, maximum);
      }
      return new Batch(this, start, bytes, lines.end, lines.count);
    } catch (IOException failure) {
      throw new UncheckedIOException("the spool cannot be read", failure);
    }
  }

  /** How many events were not acknowledged. */
  long events() {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      in.skipNBytes(acknowledged);
      long events = 0;
      for (long position = acknowledged; position < size; position++) {
        if (in.read() == '\n') {
          events++;
        }
      }
      return events;
    } catch (IOException failure) {
      throw new UncheckedIOException("the spool cannot be read", failure);
    }
  }

  /** How many lines are whole, and where the last of them ends. */
  private record Lines(int count, int end) {
    static Lines whole(byte[] bytes, int length, int maximum) {
      int count = 0;
      int end = 0;
      for (int position = 0; position < length && count < maximum; position++) {
        if (bytes[position] == '\n') {
          count++;
          end = position + 1;
        }
      }
      return new Lines(count, end);
    }
  }

  private static long order(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static int whole(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }
}
