package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.GrantCatalogue;
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
  private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
  private final ArrayDeque<Entry> clock = new ArrayDeque<>();
  private long bytes;

  /** A text and what was known of the relations in it. */
  private record Key(String text, GrantCatalogue catalogue) {

    @Override
    public int hashCode() {
      return text.hashCode(); // catalogues are few, and great
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof Key(String otherText, GrantCatalogue other)
          && text.equals(otherText)
          && catalogue.equals(other);
    }
  }

  private static final class Entry {
    final Key key;
    final Analysis analysis;
    final long bytes;
    volatile boolean used;

    Entry(Key key, Analysis analysis) {
      this.key = key;
      this.analysis = analysis;
      this.bytes = weight(analysis);
    }
  }

  AnalysisCache(int mostEntries, long mostBytes) {
    this.mostEntries = mostEntries;
    this.mostBytes = mostBytes;
  }

  @Nullable Analysis get(String text, GrantCatalogue catalogue) {
    Entry entry = entries.get(new Key(text, catalogue));
    if (entry == null) {
      return null;
    }
    if (!entry.used) {
      entry.used = true;
    }
    return entry.analysis;
  }

  /** Keeps an analysis, unless it alone would take more than an eighth of the room. */
  void put(Analysis analysis, GrantCatalogue catalogue) {
    Entry entry = new Entry(new Key(analysis.text(), catalogue), analysis);
    if (mostEntries == 0 || entry.bytes > mostBytes / 8) {
      return;
    }
    if (entries.putIfAbsent(entry.key, entry) != null) {
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
          entries.remove(oldest.key, oldest);
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
      weight += 70L * statement.facts().columns().size();
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
