package dev.sluice.sql.postgres;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Analyses by text, bounded in number and in bytes. A hit takes no lock and writes at most one
 * flag; the clock algorithm decides what goes: an entry that was hit since the hand passed it stays
 * for another round.
 */
final class AnalysisCache {

  private final int mostEntries;
  private final long mostBytes;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final ArrayDeque<Entry> clock = new ArrayDeque<>();
  private long bytes;

  private static final class Entry {
    final Analysis analysis;
    final long bytes;
    volatile boolean used;

    Entry(Analysis analysis) {
      this.analysis = analysis;
      this.bytes = weight(analysis);
    }
  }

  AnalysisCache(int mostEntries, long mostBytes) {
    this.mostEntries = mostEntries;
    this.mostBytes = mostBytes;
  }

  @Nullable Analysis get(String text) {
    Entry entry = entries.get(text);
    if (entry == null) {
      return null;
    }
    if (!entry.used) {
      entry.used = true;
    }
    return entry.analysis;
  }

  /** Keeps an analysis, unless it alone would take more than an eighth of the room. */
  void put(Analysis analysis) {
    Entry entry = new Entry(analysis);
    if (mostEntries == 0 || entry.bytes > mostBytes / 8) {
      return;
    }
    if (entries.putIfAbsent(analysis.text(), entry) != null) {
      return;
    }
    synchronized (clock) {
      clock.addLast(entry);
      bytes += entry.bytes;
      while (clock.size() > mostEntries || bytes > mostBytes) {
        Entry oldest = clock.removeFirst();
        if (oldest.used) {
          oldest.used = false;
          clock.addLast(oldest);
        } else {
          bytes -= oldest.bytes;
          entries.remove(oldest.analysis.text(), oldest);
        }
      }
    }
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    synchronized (clock) {
      return bytes;
    }
  }

  /**
   * Bytes of the heap that an analysis takes, about: its texts, and what was measured of its
   * records.
   */
  private static long weight(Analysis analysis) {
    long weight = 200 + characters(analysis.text());
    for (Statement statement : analysis.statements()) {
      weight += 600 + 120L * statement.names().size() + 100L * statement.facts().relations().size();
      if (!statement.normalized().equals(analysis.text())) {
        weight += characters(statement.normalized());
      }
      for (String function : statement.facts().functions()) {
        weight += 60 + function.length();
      }
    }
    return weight;
  }

  private static long characters(String text) {
    return 56 + 2L * text.length();
  }
}
