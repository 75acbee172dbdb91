package dev.sluice.policy.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's way into a pod that runs.
 *
 * @param way by what
 * @param pod the pod
 * @param container the container; absent where there is none, or where the API server chooses it,
 *     which is never the gate
 * @param person who asks, as the API server knows them
 * @param command what is to be run; empty where nothing is
 */
public record Entry(
    Way way, WorkloadName pod, @Nullable String container, String person, List<String> command) {
  /** An immutable copy. */
  public Entry {
    command = List.copyOf(command);
  }

  /** Ways into a pod. */
  public enum Way {
    /** kubectl exec. */
    EXEC("exec"),
    /** kubectl attach. */
    ATTACH("attach"),
    /** kubectl port-forward. */
    PORT_FORWARD("port-forward"),
    /** kubectl debug: an ephemeral container. */
    DEBUG("debug");

    private final String command;

    Way(String command) {
      this.command = command;
    }

    /** As kubectl calls it. */
    public String command() {
      return command;
    }
  }

  /** Such as {@code exec into Pod shop/api}. */
  @Override
  public String toString() {
    return way.command() + " into " + pod;
  }
}
