package dev.sluice.operator.report;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

/** Kinds of report that other tools read. */
public enum ReportForm {
  /** What Kyverno's users know. */
  POLICY_REPORT("wgpolicyk8s.io/v1alpha2", "PolicyReport"),
  /** Its successor. */
  OPEN_REPORT("openreports.io/v1alpha1", "Report");

  private final String apiVersion;
  private final String kind;

  ReportForm(String apiVersion, String kind) {
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  /** Its API group and version. */
  public String apiVersion() {
    return apiVersion;
  }

  /** Its kind. */
  public String kind() {
    return kind;
  }

  /**
   * The one that the cluster knows.
   *
   * @param client of the cluster
   * @return null where it knows none
   */
  public static @Nullable ReportForm installed(KubernetesClient client) {
    for (ReportForm form : values()) {
      if (client.supports(form.apiVersion, form.kind)) {
        return form;
      }
    }
    return null;
  }
}
