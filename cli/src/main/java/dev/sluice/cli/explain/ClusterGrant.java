package dev.sluice.cli.explain;

import dev.sluice.cli.Failure;
import dev.sluice.cli.classify.DatabaseObject;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.resources.condition.CelConditions;
import dev.sluice.resources.condition.GuardrailRules;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A grant as a cluster's resources say it, whose rules are compiled here as the operator does. */
final class ClusterGrant {
  private ClusterGrant() {}

  /**
   * Reads it.
   *
   * @param cluster the cluster
   * @param name the access
   * @param now the time
   * @throws Failure where there is no such access, or something of it may not be read
   */
  static GrantInQuestion read(Cluster cluster, ObjectName name, Instant now) {
    DatabaseAccess access = cluster.get(DatabaseAccess.class, name.namespace(), name.name());
    var reference = access.getSpec().databaseRef();
    DatabaseObject found =
        DatabaseObject.read(
            cluster,
            Objects.requireNonNullElse(reference.namespace(), name.namespace()),
            reference.name());
    Database database = found.inForce(cluster.client().getKubernetesSerialization());
    GuardrailRules rules = new GuardrailRules(new CelConditions());
    List<CompiledGuardrails> guardrails =
        cluster.list(GuardrailPolicy.class, null).stream().map(rules::inForce).toList();
    List<String> notes = new ArrayList<>();
    if (found.untoldClasses() > 0) {
      notes.add(
          "the status of the Database has no room for %d suggested classes, by which the gate decides too"
              .formatted(found.untoldClasses()));
    }
    Map<String, String> labels = labels(cluster, name.namespace(), notes);
    ObjectMeta metadata = access.getMetadata();
    GrantInQuestion grant =
        GrantInQuestion.planned(
            new PlanRequest(
                new AccessIdentity(
                    name.namespace(),
                    name.name(),
                    metadata.getUid(),
                    Instant.parse(metadata.getCreationTimestamp())),
                access.getSpec(),
                labels,
                new DatabaseIdentity(
                    database.getMetadata().getNamespace(),
                    database.getMetadata().getName(),
                    database.getMetadata().getUid(),
                    Objects.requireNonNullElse(database.getMetadata().getLabels(), Map.of())),
                database.getSpec(),
                // Masks change what is answered, and never what is decided.
                List.of(),
                guardrails,
                ToldCatalogue.of(access.getSpec(), database.getSpec()),
                now),
            database.getSpec().database());
    return grant.with(notes);
  }

  private static Map<String, String> labels(Cluster cluster, String namespace, List<String> notes) {
    try {
      return cluster
          .find(Namespace.class, null, namespace)
          .map(
              found ->
                  Objects.requireNonNullElse(
                      found.getMetadata().getLabels(), Map.<String, String>of()))
          .orElse(Map.of());
    } catch (Failure e) {
      notes.add(
          "the labels of namespace %s are not known, so rules that ask for them may decide otherwise: %s"
              .formatted(namespace, e.sentence()));
      return Map.of("kubernetes.io/metadata.name", namespace);
    }
  }
}
