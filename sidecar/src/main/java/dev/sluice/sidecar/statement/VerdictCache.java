package dev.sluice.sidecar.statement;

import dev.sluice.policy.statement.StatementFacts;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts by text, bounded by an estimate of their bytes. There are two generations: when the
 * younger is full it becomes the elder, and the elder's go, unless they were asked for since.
 */
final class VerdictCache {
  /** Estimated bytes of one generation. */
  private static final int GENERATION = 1024 * 1024;

  /** What a verdict takes beside three times its text and what it says of each statement. */
  private static final int OVERHEAD = 1024;

  /** What a text of its own takes beside its characters. */
  private static final int TEXT = 64;

  private volatile ConcurrentHashMap<TextKey, Verdict> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<TextKey, Verdict> old = new ConcurrentHashMap<>();
  private final AtomicInteger weight = new AtomicInteger();

  @Nullable Verdict get(TextKey key) {
    Verdict verdict = young.get(key);
    if (verdict != null) {
      return verdict;
    }
    verdict = old.get(key);
    if (verdict != null) {
      put(verdict.text(), verdict);
    }
    return verdict;
  }

  void put(TextKey key, Verdict verdict) {
    int added = weight(verdict);
    if (weight.addAndGet(added) > GENERATION) {
      turn(added);
    }
    young.put(key, verdict);
  }

  private static int weight(Verdict verdict) {
    int weight = OVERHEAD + 3 * verdict.text().length();
    for (Evidence evidence : verdict.evidence()) {
      // Everything once more as what events have of it.
      weight += 8 * TEXT + 2 * evidence.statement().length();
      for (String relation : evidence.relations()) {
        weight += TEXT + 2 * relation.length();
      }
      for (String column : evidence.maskedColumns()) {
        weight += TEXT + 2 * column.length();
      }
    }
    for (StatementFacts facts : verdict.facts()) {
      weight +=
          TEXT * (facts.relations().size() + facts.columns().size() + facts.functions().size() + 4);
    }
    return weight;
  }

  private synchronized void turn(int added) {
    if (weight.get() > GENERATION) {
      old = young;
      young = new ConcurrentHashMap<>();
      weight.set(added);
    }
  }
}
