package dev.sluice.operator.report;

import dev.sluice.crds.Database;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.operator.engine.Posture.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is open in a database as a report of the kind that the cluster knows: one for each
 * Database, in its namespace, which goes with it. Where no such kind is installed there is nothing
 * to do.
 */
public final class PostureReports {
  /** The field manager, and the source that results name. */
  private static final String SOURCE = "sluice";

  /** A report must not outgrow what the API server takes. */
  private static final int MOST = 500;

  private static final Logger LOG = LoggerFactory.getLogger(PostureReports.class);

  private final KubernetesClient client;

  /**
   * A writer.
   *
   * @param client may write reports where Databases are
   */
  public PostureReports(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes what was found. That it cannot be written is told in the log: the status says the same.
   *
   * @param database the Database
   * @param posture what was found
   */
  public void write(Database database, Posture posture) {
    try {
      ReportForm form = ReportForm.installed(client);
      if (form != null) {
        client
            .resource(report(form, database, posture))
            .fieldManager(SOURCE)
            .forceConflicts()
            .serverSideApply();
      }
    } catch (KubernetesClientException refused) {
      LOG.warn(
          "database={}/{} its report was not written: status={}",
          database.getMetadata().getNamespace(),
          database.getMetadata().getName(),
          refused.getCode());
    }
  }

  private static GenericKubernetesResource report(
      ReportForm form, Database database, Posture posture) {
    GenericKubernetesResource report = new GenericKubernetesResource();
    report.setApiVersion(form.apiVersion());
    report.setKind(form.kind());
    report.setMetadata(
        new ObjectMetaBuilder()
            .withName("sluice-database-" + database.getMetadata().getName())
            .withNamespace(database.getMetadata().getNamespace())
            .addToLabels("app.kubernetes.io/managed-by", SOURCE)
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(database.getApiVersion())
                    .withKind(database.getKind())
                    .withName(database.getMetadata().getName())
                    .withUid(database.getMetadata().getUid())
                    .build())
            .build());
    report.setAdditionalProperty(
        "scope",
        Map.of(
            "apiVersion", database.getApiVersion(),
            "kind", database.getKind(),
            "namespace", database.getMetadata().getNamespace(),
            "name", database.getMetadata().getName(),
            "uid", database.getMetadata().getUid()));
    long open = posture.findings().stream().filter(Finding::open).count();
    report.setAdditionalProperty(
        "summary",
        Map.of(
            "pass",
            posture.findings().isEmpty() && posture.complete() ? 1 : 0,
            "fail",
            open,
            "warn",
            posture.findings().size() - open,
            "error",
            posture.complete() ? 0 : 1,
            "skip",
            0));
    report.setAdditionalProperty(
        "results", posture.findings().stream().limit(MOST).map(PostureReports::result).toList());
    return report;
  }

  private static Map<String, Object> result(Finding finding) {
    return Map.of(
        "source",
        SOURCE,
        "policy",
        "database-posture",
        "rule",
        finding.kind().name(),
        "category",
        "Database",
        "severity",
        severity(finding),
        "result",
        finding.open() ? "fail" : "warn",
        "scored",
        true,
        "message",
        finding.sentence(),
        "properties",
        Map.of("object", finding.object(), "remedy", finding.remedy()));
  }

  private static String severity(Finding finding) {
    return finding.open() ? "high" : LESS_URGENT.contains(finding.kind()) ? "low" : "medium";
  }

  private static final List<Kind> LESS_URGENT = List.of(Kind.ForeignTable, Kind.OtherSession);
}
