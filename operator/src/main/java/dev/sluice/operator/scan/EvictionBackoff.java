package dev.sluice.operator.scan;

import dev.sluice.policy.workload.WorkloadName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps evictions apart: of one workload by a time that doubles as long as they do not help, and of
 * all workloads by so many in a time. It forgets everything with the process; then a pod's age is
 * what keeps them apart, for a pod that was made anew in vain is young.
 */
final class EvictionBackoff {
  static final Duration LONGEST = Duration.ofHours(6);
  private static final Duration FORGOTTEN = Duration.ofHours(24);

  private final int most;
  private final Duration shortest;
  private final Map<WorkloadName, Last> workloads = new HashMap<>();
  private final Deque<Instant> all = new ArrayDeque<>();

  /**
   * No eviction yet.
   *
   * @param most how many there may be within the shortest rest
   * @param shortest how long a workload rests, and how old its pods are at least
   */
  EvictionBackoff(int most, Duration shortest) {
    this.most = most;
    this.shortest = shortest;
  }

  /**
   * The last eviction of a workload.
   *
   * @param at when it was
   * @param left how many of its pods were to be made anew then
   * @param rest how long none follows
   */
  private record Last(Instant at, int left, Duration rest) {}

  /** Whether there may be one more of any workload. */
  boolean hasRoom(Instant now) {
    while (!all.isEmpty() && !all.peekFirst().plus(shortest).isAfter(now)) {
      all.removeFirst();
    }
    return all.size() < most;
  }

  /** Whether a pod of a workload may be evicted now. */
  boolean mayEvict(WorkloadName workload, Instant createdAt, Instant now) {
    Last last = workloads.get(workload);
    boolean rested = last == null || !last.at().plus(last.rest()).isAfter(now);
    return rested && !createdAt.plus(shortest).isAfter(now);
  }

  /**
   * Notes an eviction.
   *
   * @param workload the workload of the pod
   * @param left how many of its pods were to be made anew, that one included
   * @param now when
   */
  void evicted(WorkloadName workload, int left, Instant now) {
    workloads.values().removeIf(each -> each.at().plus(FORGOTTEN).isBefore(now));
    Last last = workloads.get(workload);
    Duration rest = last == null || left < last.left() ? shortest : last.rest().multipliedBy(2);
    workloads.put(workload, new Last(now, left, rest.compareTo(LONGEST) > 0 ? LONGEST : rest));
    all.addLast(now);
  }
}
