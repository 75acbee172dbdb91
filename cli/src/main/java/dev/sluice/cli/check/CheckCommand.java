package dev.sluice.cli.check;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import dev.sluice.cli.output.Format;
import dev.sluice.cli.output.Structured;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.PodParts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kubectl sluice check}. */
@Command(
    name = "check",
    description = {
      "Tells what admission would say of workloads, before they are submitted.",
      "",
      "Pods, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs are decided"
          + " about by the function that the webhook calls, against Databases, DatabaseAccesses,"
          + " EnforcementPolicies, Services and Namespaces of the cluster, or of files"
          + " (--resources). ConfigMaps and Secrets are looked into where they are in the files; of"
          + " others names alone count, as where the webhook is not set to read them."
    },
    footer = {
      "",
      "Exit status: 0 all would be admitted, 3 some would be refused (with --strict: or warned of);"
          + " 1 the cluster did not answer or permit it, 2 the command line or a file is wrong."
    })
public final class CheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "A file of workloads, a directory, or - for standard input; may be repeated.")
  private List<String> files = List.of();

  @Option(
      names = {"-R", "--recursive"},
      description = "Reads directories in directories too.")
  private boolean recursive;

  @Option(
      names = "--resources",
      paramLabel = "FILE",
      description =
          "A file or directory with Databases, EnforcementPolicies and so on, in place of the"
              + " cluster's; may be repeated. What is in the files of --filename counts as well.")
  private @Nullable List<String> resources;

  @Option(
      names = "--cluster",
      description =
          "With --resources: asks the cluster too, of whose objects those in files take the place.")
  private boolean cluster;

  @Option(names = "--strict", description = "Warnings count as refusals.")
  private boolean strict;

  @Option(
      names = "--cluster-domain",
      paramLabel = "DOMAIN",
      defaultValue = "cluster.local",
      description = "The cluster's DNS domain (${DEFAULT-VALUE}).")
  private String clusterDomain = "cluster.local";

  @Option(
      names = "--exempt",
      paramLabel = "NAMESPACE",
      split = ",",
      defaultValue = "kube-system,sluice-system",
      description = "Namespaces that admission never looks at (${DEFAULT-VALUE}).")
  private Set<String> exempt = Set.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json or yaml.")
  private Format format = Format.TEXT;

  /**
   * The command.
   *
   * @param surroundings what it has around it
   */
  public CheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    KnownObjects known = new KnownObjects();
    List<Manifests.Written> submitted;
    if (resources == null || cluster) {
      try (Cluster opened = options.open(surroundings)) {
        submitted = read(files, opened.namespace());
        ask(opened, known, submitted);
        add(known, opened.namespace(), submitted);
      }
    } else {
      String namespace = options.namespace() == null ? "default" : options.namespace();
      submitted = read(files, namespace);
      add(known, namespace, submitted);
    }
    List<Manifests.Written> workloads =
        submitted.stream().filter(each -> PodParts.in(each.object()).isPresent()).toList();
    if (workloads.isEmpty()) {
      throw Failure.usage(
          "there is no workload in %s: no Pod, and nothing with a template of pods"
              .formatted(String.join(", ", files)));
    }
    noteUnknown(known, workloads);
    Admission admission =
        new Admission(known, clusterDomain, exempt, surroundings.clock().instant());
    List<Checked> checked = new ArrayList<>();
    for (Manifests.Written each : workloads) {
      admission
          .verdict(each.object())
          .ifPresent(verdict -> checked.add(new Checked(each, verdict)));
    }
    surroundings
        .out()
        .print(
            switch (format) {
              case TEXT -> Report.text(checked);
              case JSON -> Structured.json(Report.fields(checked));
              case YAML -> Structured.yaml(Report.fields(checked));
            });
    boolean refused =
        checked.stream()
            .anyMatch(each -> each.isRefused() || (strict && !each.verdict().warnings().isEmpty()));
    return (refused ? Exit.REFUSED : Exit.DONE).code();
  }

  private List<Manifests.Written> read(List<String> given, String namespace) {
    return Manifests.read(given, namespace, recursive, surroundings);
  }

  private void add(KnownObjects known, String namespace, List<Manifests.Written> submitted) {
    if (resources != null) {
      read(resources, namespace).forEach(each -> known.add(each.object()));
    }
    submitted.forEach(each -> known.add(each.object()));
  }

  private static Set<String> namespaces(List<Manifests.Written> workloads) {
    return workloads.stream()
        .filter(each -> PodParts.in(each.object()).isPresent())
        .map(each -> each.object().getMetadata().getNamespace())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Without databases and policies nothing could be said; the rest makes it more exact. */
  private void ask(Cluster opened, KnownObjects known, List<Manifests.Written> submitted) {
    opened.list(Database.class, null).forEach(known::add);
    opened.list(EnforcementPolicy.class, null).forEach(known::add);
    for (String namespace : namespaces(submitted)) {
      opened.list(DatabaseAccess.class, namespace).forEach(known::add);
      try {
        opened.find(Namespace.class, null, namespace).ifPresent(known::add);
      } catch (Failure e) {
        surroundings.note(e.sentence());
      }
    }
    whereAllowed(opened, Service.class, known, "addresses of Services are not known");
    whereAllowed(opened, EndpointSlice.class, known, "addresses of pods are not known");
  }

  private <T extends HasMetadata> void whereAllowed(
      Cluster opened, Class<T> type, KnownObjects known, String consequence) {
    try {
      opened.list(type, null).forEach(known::add);
    } catch (Failure e) {
      surroundings.note("%s: %s".formatted(consequence, e.sentence()));
    }
  }

  private void noteUnknown(KnownObjects known, List<Manifests.Written> workloads) {
    if (known.all(Database.class).isEmpty()) {
      surroundings.note("there is no Database, so that nothing is known to go around a gate");
    }
    if (known.all(EnforcementPolicy.class).isEmpty()) {
      surroundings.note("there is no EnforcementPolicy, so that ways around a gate are permitted");
      return;
    }
    for (String namespace : namespaces(workloads)) {
      if (known.find(Namespace.class, null, namespace).isEmpty()) {
        surroundings.note(
            "namespace %s is not known: an EnforcementPolicy that selects it by labels does not apply here"
                .formatted(namespace));
      }
    }
  }
}
