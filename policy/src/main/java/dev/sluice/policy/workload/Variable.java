package dev.sluice.policy.workload;

/**
 * A variable of a container with its resolved value.
 *
 * @param name its name
 * @param value its value, as far as it is known
 * @param origin where the value comes from, such as {@code (key "url" of Secret "shop-db")}; empty
 *     where it stands in the container itself
 * @param secret whether the value, or a part of it, comes from a Secret
 */
record Variable(String name, String value, String origin, boolean secret) {
  /** Such as {@code variable DATABASE_URL (key "url" of Secret "shop-db")}. */
  String place() {
    return "variable " + name + origin;
  }

  /** Without the value: it may be secret. */
  @Override
  public String toString() {
    return place();
  }
}
