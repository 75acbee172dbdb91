package dev.sluice.policy.workload;

/**
 * A reference of a pod to a ConfigMap or Secret that was not read.
 *
 * @param container the container that refers to it
 * @param secret whether it is a Secret
 * @param name its name
 * @param key the key, or the name of the variable; empty where all keys are meant
 * @param optional whether the pod starts without it
 * @param reason why it was not read
 */
record Reference(
    String container,
    boolean secret,
    String name,
    String key,
    boolean optional,
    Content.Reason reason) {
  /** Such as {@code Secret "shop-db"}. */
  String object() {
    return (secret ? "Secret \"" : "ConfigMap \"") + name + "\"";
  }
}
