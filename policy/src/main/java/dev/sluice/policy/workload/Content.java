package dev.sluice.policy.workload;

import java.util.Map;

/** What a ConfigMap or a Secret holds, as far as it is known. */
public sealed interface Content {

  /**
   * It was read.
   *
   * @param data key to value; values that are not text stand as they decode to UTF-8
   */
  record Known(Map<String, String> data) implements Content {
    /** An immutable copy. */
    public Known {
      data = Map.copyOf(data);
    }

    /** The keys alone: values may be secret. */
    @Override
    public String toString() {
      return "Known" + data.keySet();
    }
  }

  /**
   * It was not read.
   *
   * @param reason why
   */
  record NotRead(Reason reason) implements Content {}

  /** Why an object was not read. */
  enum Reason {
    /** Neither contents nor names are looked at. */
    NOT_WANTED,
    /** Names and keys are looked at, and contents are not. */
    NAMES_ONLY,
    /** There is no such object yet. */
    ABSENT,
    /** The reader has no right to read it. */
    FORBIDDEN,
    /** The API server did not answer. */
    UNAVAILABLE
  }
}
