package dev.sluice.operator.condition;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one status, in the order in which they were added. A condition whose status is
 * what it was keeps the time of its last transition, so that an unchanged status is equal to the
 * one before.
 */
public final class Conditions {
  /** Whether the resource does what its spec says. */
  public static final String READY = "Ready";

  /** Abnormal: a later try may succeed by itself. */
  public static final String RECONCILING = "Reconciling";

  /** Abnormal: somebody has to change something. */
  public static final String STALLED = "Stalled";

  private static final int LONGEST_MESSAGE = 4000;

  private final List<Condition> before;
  private final @Nullable Long generation;
  private final Clock clock;
  private final List<Condition> now = new ArrayList<>();

  /**
   * No conditions yet.
   *
   * @param before those of the status so far
   * @param generation the generation of the spec that they speak of
   * @param clock tells the time of a transition
   */
  public Conditions(List<Condition> before, @Nullable Long generation, Clock clock) {
    this.before = List.copyOf(before);
    this.generation = generation;
    this.clock = clock;
  }

  /**
   * Adds one that holds.
   *
   * @param type its type
   * @param reason one word in CamelCase
   * @param message for a person
   * @return this
   */
  public Conditions yes(String type, String reason, String message) {
    return add(type, "True", reason, message);
  }

  /**
   * Adds one that does not hold.
   *
   * @param type its type
   * @param reason one word in CamelCase
   * @param message for a person: what is wrong with which field, and what to do next
   * @return this
   */
  public Conditions no(String type, String reason, String message) {
    return add(type, "False", reason, message);
  }

  /**
   * Adds one of which nothing is known.
   *
   * @param type its type
   * @param reason one word in CamelCase
   * @param message for a person
   * @return this
   */
  public Conditions unknown(String type, String reason, String message) {
    return add(type, "Unknown", reason, message);
  }

  /**
   * Adds {@link #READY} as not holding, with the abnormal condition that belongs to it.
   *
   * @param reason one word in CamelCase
   * @param message for a person
   * @param passing whether a later try may succeed without anybody having changed anything
   * @return this
   */
  public Conditions notReady(String reason, String message, boolean passing) {
    return no(READY, reason, message).yes(passing ? RECONCILING : STALLED, reason, message);
  }

  /** The conditions. */
  public List<Condition> list() {
    return List.copyOf(now);
  }

  private Conditions add(String type, String status, String reason, String message) {
    String bounded =
        message.length() <= LONGEST_MESSAGE
            ? message
            : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    now.add(
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(bounded)
            .withObservedGeneration(generation)
            .withLastTransitionTime(transition(type, status))
            .build());
    return this;
  }

  private String transition(String type, String status) {
    return before.stream()
        .filter(condition -> type.equals(condition.getType()))
        .filter(condition -> status.equals(condition.getStatus()))
        .map(Condition::getLastTransitionTime)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /**
   * Whether a resource says of its present spec that it is ready.
   *
   * @param conditions of its status; null: there are none yet
   * @param generation the resource's own
   */
  public static boolean areReady(@Nullable List<Condition> conditions, @Nullable Long generation) {
    return conditions != null
        && conditions.stream()
            .anyMatch(
                condition ->
                    READY.equals(condition.getType())
                        && "True".equals(condition.getStatus())
                        && Objects.equals(condition.getObservedGeneration(), generation));
  }
}
