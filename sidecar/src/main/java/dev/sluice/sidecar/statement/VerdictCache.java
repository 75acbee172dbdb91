package dev.sluice.sidecar.statement;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts by text, bounded by an estimate of their bytes. There are two generations: when the
 * younger is full it becomes the elder, and the elder's go, unless they were asked for since.
 */
final class VerdictCache {
  private final int generation;
  private volatile ConcurrentHashMap<TextKey, Verdict> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<TextKey, Verdict> old = new ConcurrentHashMap<>();
  private final AtomicInteger weight = new AtomicInteger();

  /**
   * An empty one.
   *
   * @param generation estimated bytes of one generation
   */
  VerdictCache(int generation) {
    this.generation = generation;
  }

  @Nullable Verdict get(TextKey key) {
    Verdict verdict = young.get(key);
    if (verdict != null) {
      return verdict;
    }
    verdict = old.get(key);
    if (verdict != null) {
      put(key.copy(), verdict);
    }
    return verdict;
  }

  void put(TextKey key, Verdict verdict) {
    int added = verdict.weight();
    if (weight.addAndGet(added) > generation) {
      turn(added);
    }
    young.put(key, verdict);
  }

  private synchronized void turn(int added) {
    if (weight.get() > generation) {
      old = young;
      young = new ConcurrentHashMap<>();
      weight.set(added);
    }
  }
}
