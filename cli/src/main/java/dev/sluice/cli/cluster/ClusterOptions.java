package dev.sluice.cli.cluster;

import dev.sluice.cli.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster and which namespace, named as kubectl names them. */
public final class ClusterOptions {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace; otherwise that of the context.")
  @Nullable String namespace;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "The context of the kubeconfig; otherwise the current one.")
  @Nullable String context;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig; otherwise what $KUBECONFIG names, or ~/.kube/config.")
  @Nullable String kubeconfig;

  /** The namespace, where one was said. */
  public @Nullable String namespace() {
    return namespace;
  }

  /**
   * Opens the cluster.
   *
   * @param surroundings where the kubeconfig is looked for
   * @throws dev.sluice.cli.Failure where there is no kubeconfig, or none such context
   */
  public Cluster open(Surroundings surroundings) {
    return Cluster.open(this, surroundings);
  }
}
