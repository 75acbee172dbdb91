package dev.sluice.policy.workload;

import java.util.List;

/**
 * A reference of a pod to a ConfigMap or Secret that was not read.
 *
 * @param container the container that refers to it
 * @param place where in the container, such as {@code variable DATABASE_URL}
 * @param secret whether it is a Secret
 * @param name its name
 * @param keys the keys that are taken from it; empty where all are
 * @param optional whether the pod starts without it
 * @param reason why it was not read
 */
record Reference(
    String container,
    String place,
    boolean secret,
    String name,
    List<String> keys,
    boolean optional,
    Content.Reason reason) {
  /** An immutable copy. */
  Reference {
    keys = List.copyOf(keys);
  }

  /** Such as {@code Secret "shop-db"}. */
  String object() {
    return (secret ? "Secret \"" : "ConfigMap \"") + name + "\"";
  }

  /** Such as {@code key "url" of Secret "shop-db"} where one key alone is taken. */
  String content() {
    return keys.size() == 1 ? "key \"%s\" of %s".formatted(keys.getFirst(), object()) : object();
  }
}
