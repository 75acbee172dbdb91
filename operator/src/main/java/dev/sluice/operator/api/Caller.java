package dev.sluice.operator.api;

import java.util.List;
import java.util.Map;

/** Who the API server says that a token is of. */
public sealed interface Caller {

  /** The user's name as the API server knows it. */
  String username();

  /**
   * A pod, by a token that is bound to it.
   *
   * @param namespace its namespace
   * @param serviceAccount its service account
   * @param name its name
   * @param uid its UID
   */
  record Pod(String namespace, String serviceAccount, String name, String uid) implements Caller {
    @Override
    public String username() {
      return "system:serviceaccount:%s:%s".formatted(namespace, serviceAccount);
    }
  }

  /**
   * Somebody whose token is not bound to a pod.
   *
   * @param username the name
   * @param uid the UID, may be empty
   * @param groups the groups
   * @param extra whatever else the API server tells
   */
  record Person(String username, String uid, List<String> groups, Map<String, List<String>> extra)
      implements Caller {
    /** Immutable copies. */
    public Person {
      groups = List.copyOf(groups);
      extra = Map.copyOf(extra);
    }
  }
}
