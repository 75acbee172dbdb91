package dev.sluice.operator.scenario;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kind of report that Kyverno's users know, as far as it is written. */
final class PolicyReportKind {
  static final String API_VERSION = "wgpolicyk8s.io/v1alpha2";

  private PolicyReportKind() {}

  static void install(KubernetesClient client) {
    client
        .resource(Serialization.unmarshal(DEFINITION, CustomResourceDefinition.class))
        .fieldManager("test")
        .serverSideApply();
  }

  static @Nullable GenericKubernetesResource find(
      KubernetesClient client, String namespace, String name) {
    return client
        .genericKubernetesResources(API_VERSION, "PolicyReport")
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  static List<String> results(KubernetesClient client, String namespace, String name) {
    GenericKubernetesResource report = find(client, namespace, name);
    return report != null
            && report.getAdditionalProperties().get("results") instanceof List<?> results
        ? results.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: policyreports.wgpolicyk8s.io
        annotations: {api-approved.kubernetes.io: unapproved}
      spec:
        group: wgpolicyk8s.io
        scope: Namespaced
        names: {kind: PolicyReport, listKind: PolicyReportList, plural: policyreports, singular: policyreport}
        versions:
        - name: v1alpha2
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                scope: {type: object, x-kubernetes-preserve-unknown-fields: true}
                summary:
                  type: object
                  properties:
                    error: {type: integer}
                    fail: {type: integer}
                    pass: {type: integer}
                    skip: {type: integer}
                    warn: {type: integer}
                results:
                  type: array
                  items:
                    type: object
                    required: [policy]
                    properties:
                      category: {type: string}
                      message: {type: string}
                      policy: {type: string}
                      properties: {type: object, additionalProperties: {type: string}}
                      resources:
                        type: array
                        items:
                          type: object
                          properties:
                            apiVersion: {type: string}
                            kind: {type: string}
                            name: {type: string}
                            namespace: {type: string}
                      result: {type: string, enum: [pass, fail, warn, error, skip]}
                      rule: {type: string}
                      scored: {type: boolean}
                      severity: {type: string, enum: [critical, high, low, medium, info]}
                      source: {type: string}
      """;
}
