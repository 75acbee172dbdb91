package dev.sluice.policy.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of the roles that Sluice makes. They hold at most 63 bytes, PostgreSQL's bound, and a hash
 * of the resource's UID, so that clusters and namesakes can share a server.
 */
public final class RoleNames {
  /** The role that owns masked views, their functions and their key. */
  public static final String OWNER = "sluice_owner";

  /** The schema of mask functions and key. */
  public static final String SCHEMA = "sluice";

  /** A login's name is its group's with {@code _xxxxxxxx_a} after it. */
  private static final int LOGIN_SUFFIX = 11;

  private static final int GROUP_BYTES = 63 - LOGIN_SUFFIX;

  private RoleNames() {}

  /**
   * The group role of an access, and the schema of masked views that are its alone.
   *
   * @param access the access
   * @return the name, at most 52 bytes
   */
  public static String group(AccessIdentity access) {
    String suffix = "_" + hash(access.uid(), 6);
    String start = "sluice_" + access.namespace() + "_" + access.name();
    // Names of Kubernetes resources are ASCII, so characters are bytes.
    int length = Math.min(start.length(), GROUP_BYTES - suffix.length());
    return start.substring(0, length) + suffix;
  }

  /**
   * The role that holds what accesses share which ask for the same, and the schema of their views.
   *
   * @param database of which
   * @param key what they ask for
   * @return the name, 32 bytes
   */
  static String plan(DatabaseIdentity database, String key) {
    return "sluice_plan_" + hash(database.uid() + "\n" + key, 20);
  }

  /**
   * One of the two login roles of a pod, which take turns.
   *
   * @param group the group role
   * @param podUid the pod's UID
   * @param slot {@code a} or {@code b}
   * @return the name, at most 63 bytes
   */
  public static String login(String group, String podUid, char slot) {
    return group + "_" + hash(podUid, 8) + "_" + slot;
  }

  static String hash(String text, int digits) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
