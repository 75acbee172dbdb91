package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.authentication.BoundObjectReference;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people meet who would loosen enforcement itself; the webhook has no part in it. */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class GuardTest extends AdmissionScenario {
  private static final PolicyRule NAMESPACES = rule("", "namespaces", "get", "update", "patch");
  private static final PolicyRule CONFIGURATIONS =
      new PolicyRuleBuilder()
          .withApiGroups("admissionregistration.k8s.io")
          .withResources("mutatingwebhookconfigurations", "validatingwebhookconfigurations")
          .withVerbs("get", "list", "update", "patch", "delete", "deletecollection")
          .build();
  private static final PolicyRule POLICIES = rule("sluice.dev", "enforcementpolicies", "update");

  @Test
  void namespaceDoesNotLeaveItsPolicyByItsLabels() {
    Namespace namespace = namespace("guarded", "tier", "shop");
    allow("eve", NAMESPACES);
    allow("carol", NAMESPACES, POLICIES);

    try (KubernetesClient eve = as("eve");
        KubernetesClient carol = as("carol")) {
      // A new policy takes a moment until it is in force; what it would refuse is only tried.
      await()
          .atMost(Patience.LONGEST)
          .untilAsserted(
              () ->
                  assertThat(refusal(() -> labelled(eve, namespace, "tier", "other")))
                      .contains("ValidatingAdmissionPolicy 'sluice-namespaces'")
                      .contains(
                          "SLU-W31: with these labels namespace guarded would leave"
                              + " EnforcementPolicy shops, and eve may not change that policy."));
      assertThat(refusal(() -> unlabelled(eve, namespace, "tier"))).contains("SLU-W31");
      assertThat(labelled(eve, namespace, "team", "payments")).containsEntry("team", "payments");
      assertThat(unlabelled(carol, namespace, "tier")).doesNotContainKey("tier");
    }
    assertThat(labelled(client, namespace, "tier", "other")).containsEntry("tier", "other");
  }

  @Test
  void namespaceThatNoPolicyChoosesIsNobodysBusiness() {
    Namespace namespace = namespace("unguarded", "tier", "back");
    allow("eve", NAMESPACES);

    try (KubernetesClient eve = as("eve")) {
      assertThat(labelled(eve, namespace, "tier", "front")).containsEntry("tier", "front");
      assertThat(unlabelled(eve, namespace, "tier")).doesNotContainKey("tier");
    }
  }

  @Test
  void webhooksAreLeftToThoseWhoMayChangeWhatTheyEnforce() {
    allow("mallory", CONFIGURATIONS);
    ValidatingWebhookConfiguration other =
        client
            .resource(
                new ValidatingWebhookConfigurationBuilder()
                    .withNewMetadata()
                    .withName("other")
                    .addToLabels("of", "somebody-else")
                    .endMetadata()
                    .build())
            .create();

    try (KubernetesClient mallory = as("mallory")) {
      var own =
          mallory.admissionRegistration().v1().validatingWebhookConfigurations().withName("sluice");
      await()
          .atMost(Patience.LONGEST)
          .untilAsserted(
              () ->
                  assertThat(
                          refusal(
                              () ->
                                  own.edit(
                                      each ->
                                          new ValidatingWebhookConfigurationBuilder(each)
                                              .editFirstWebhook()
                                              .withFailurePolicy("Ignore")
                                              .endWebhook()
                                              .build())))
                      .contains("SLU-W32: this configuration is how Sluice's webhook is called"));
      assertThat(refusal(own::delete)).contains("SLU-W32");
      assertThat(
              refusal(
                  () ->
                      mallory
                          .admissionRegistration()
                          .v1()
                          .validatingWebhookConfigurations()
                          .withLabel("app.kubernetes.io/name", "sluice")
                          .delete()))
          .contains("SLU-W32");
      assertThat(
              refusal(
                  () ->
                      mallory
                          .admissionRegistration()
                          .v1()
                          .mutatingWebhookConfigurations()
                          .withName("sluice")
                          .delete()))
          .contains("SLU-W32");
      mallory.resource(other).delete();
    }
    var kept =
        client.admissionRegistration().v1().validatingWebhookConfigurations().withName("sluice");
    assertThat(kept.get().getWebhooks().getFirst().getFailurePolicy()).isEqualTo("Fail");
  }

  @Test
  void operatorRenewsTheAuthorityAndAnAdministratorMayDoAnything() {
    String operator = "system:serviceaccount:sluice-system:sluice-operator";
    allow(operator, CONFIGURATIONS);

    try (KubernetesClient renewing = as(operator)) {
      var own =
          renewing
              .admissionRegistration()
              .v1()
              .validatingWebhookConfigurations()
              .withName("sluice");
      own.edit(
          each ->
              new ValidatingWebhookConfigurationBuilder(each)
                  .editMetadata()
                  .addToAnnotations("renewed", "yes")
                  .endMetadata()
                  .build());
      await()
          .atMost(Patience.LONGEST)
          .untilAsserted(() -> assertThat(refusal(own::delete)).contains("SLU-W32"));
    }
    var own =
        client.admissionRegistration().v1().validatingWebhookConfigurations().withName("sluice");
    assertThat(own.get().getMetadata().getAnnotations()).containsEntry("renewed", "yes");
    own.edit(
        each ->
            new ValidatingWebhookConfigurationBuilder(each)
                .editMetadata()
                .removeFromAnnotations("renewed")
                .endMetadata()
                .build());
  }

  @Test
  void tokenOfAGateIsMadeByTheKubeletAlone() {
    allow("trudy", rule("", "serviceaccounts/token", "create"));
    Pod pod = client.resource(pod().build()).create();

    try (KubernetesClient trudy = as("trudy")) {
      await()
          .atMost(Patience.LONGEST)
          .untilAsserted(
              () ->
                  assertThat(refusal(() -> token(trudy, pod, "sluice")))
                      .contains("SLU-W07: a token with audience sluice that is bound to a pod"));
      assertThat(token(trudy, pod, "vault")).isNotEmpty();
      assertThat(token(trudy, null, "sluice")).isNotEmpty();
    }
    // Who may change what is enforced may have one, too.
    assertThat(token(client, pod, "sluice")).isNotEmpty();
  }

  private static String token(KubernetesClient client, @Nullable Pod pod, String audience) {
    return String.valueOf(
        client
            .serviceAccounts()
            .inNamespace("shop")
            .withName("shop-api")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withAudiences(audience)
                    .withExpirationSeconds(600L)
                    .withBoundObjectRef(
                        pod == null
                            ? null
                            : new BoundObjectReference(
                                "v1",
                                "Pod",
                                pod.getMetadata().getName(),
                                pod.getMetadata().getUid()))
                    .endSpec()
                    .build())
            .getStatus()
            .getToken());
  }

  private Namespace namespace(String name, String label, String value) {
    return client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(label, value)
                .endMetadata()
                .build())
        .create();
  }

  /** The labels that a namespace would have. */
  private static java.util.Map<String, String> labelled(
      KubernetesClient client, Namespace namespace, String label, String value) {
    return client
        .resource(
            new NamespaceBuilder(namespace)
                .editMetadata()
                .addToLabels(label, value)
                .withResourceVersion(null)
                .endMetadata()
                .build())
        .dryRun()
        .update()
        .getMetadata()
        .getLabels();
  }

  private static java.util.Map<String, String> unlabelled(
      KubernetesClient client, Namespace namespace, String label) {
    return client
        .resource(
            new NamespaceBuilder(namespace)
                .editMetadata()
                .removeFromLabels(label)
                .withResourceVersion(null)
                .endMetadata()
                .build())
        .dryRun()
        .update()
        .getMetadata()
        .getLabels();
  }

  private KubernetesClient as(String user) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername(user)
                .withImpersonateGroups("system:authenticated")
                .build())
        .build();
  }

  private void allow(String user, PolicyRule... rules) {
    String name = "tests-" + user.replace(':', '-');
    client
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withRules(List.of(rules))
                .build())
        .serverSideApply();
    client
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .serverSideApply();
  }

  private static PolicyRule rule(String group, String resource, String... verbs) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withVerbs(verbs)
        .build();
  }
}
