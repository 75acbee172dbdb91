package dev.sluice.webhook;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The cases of the pure decision once more, sent to a real API server that asks the webhook. Those
 * that need another cluster than the common one, or a pod's past, are told by the pure decision
 * alone.
 */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class CasesOnServerTest extends AdmissionScenario {
  private static final String LEVEL = "pod-security.kubernetes.io/enforce";
  private static final Pattern CODE = Pattern.compile("SLU-W[0-9]{2}");
  private static final int LEAST = 240;

  @Test
  void serverSaysWhatTheDecisionSays() throws IOException {
    await()
        .atMost(Patience.LONGEST)
        .untilAsserted(
            () -> assertThat(index().databases()).anyMatch(each -> each.services().size() > 2));
    // What Kubernetes' own restrictions would refuse first is to be seen here.
    level("privileged");
    List<String> differences = new ArrayList<>();
    List<String> refusedBefore = new ArrayList<>();
    int compared = 0;
    try {
      for (Path directory : GoldenCases.of("review")) {
        if (!isComparable(directory)) {
          continue;
        }
        compared++;
        List<HasMetadata> around = context(directory);
        around.forEach(each -> client.resource(each).createOr(existing -> existing.update()));
        compare(directory, differences, refusedBefore);
        around.forEach(each -> client.resource(each).delete());
      }
    } finally {
      level("restricted");
    }

    assertThat(differences).isEmpty();
    // Few: objects that are not valid do not get as far as to the webhook.
    assertThat(refusedBefore).hasSizeLessThan(10);
    assertThat(compared).isGreaterThan(LEAST);
  }

  private void level(String level) {
    client
        .namespaces()
        .withName("shop")
        .edit(
            (Namespace each) ->
                new NamespaceBuilder(each)
                    .editMetadata()
                    .addToLabels(LEVEL, level)
                    .endMetadata()
                    .build());
  }

  private void compare(Path directory, List<String> differences, List<String> refusedBefore)
      throws IOException {
    String name = requireNonNull(directory.getFileName()).toString();
    HasMetadata workload =
        client
            .getKubernetesSerialization()
            .unmarshal(requireNonNull(GoldenCases.read(directory, "workload.yaml")));
    serviceAccounts(workload.getMetadata().getNamespace());
    Map<?, ?> verdict =
        Serialization.unmarshal(
            requireNonNull(GoldenCases.read(directory, "verdict.yaml")), Map.class);
    List<?> refused = verdict.get("refused") instanceof List<?> sentences ? sentences : List.of();
    String answer = answer(workload);
    if (!answer.isEmpty() && !answer.contains("SLU-")) {
      refusedBefore.add(name + ": " + answer);
    } else if (refused.isEmpty() != answer.isEmpty()) {
      differences.add("%s: %s expected, and it is: %s".formatted(name, refused, answer));
    } else {
      refused.stream()
          .map(String::valueOf)
          .filter(
              sentence -> !answer.contains(name.startsWith("gate-") ? code(sentence) : sentence))
          .forEach(
              sentence ->
                  differences.add("%s: %s is missing in: %s".formatted(name, sentence, answer)));
    }
  }

  private static String code(String sentence) {
    var code = CODE.matcher(sentence);
    return code.find() ? code.group() : sentence;
  }

  /** What the API server says; empty where it takes the object. */
  private String answer(HasMetadata workload) {
    try {
      client.resource(workload).dryRun().create();
      return "";
    } catch (KubernetesClientException e) {
      // Another test has left a pod of the same name: so far it came.
      return e.getCode() == 409 ? "" : String.valueOf(e.getStatus().getMessage());
    }
  }

  private void serviceAccounts(String namespace) {
    for (String name : List.of("default", "shop-api")) {
      client
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(namespace)
                  .endMetadata()
                  .build())
          .createOr(existing -> existing.update());
    }
  }

  /** A pod that is created, without a past, in the common cluster. */
  private boolean isComparable(Path directory) throws IOException {
    String request = GoldenCases.read(directory, "request.yaml");
    boolean plain = request == null || request.strip().equals("inject: true");
    return plain
        && GoldenCases.read(directory, "previous.yaml") == null
        && context(directory).stream()
            .allMatch(
                each ->
                    (each instanceof ConfigMap || each instanceof Secret)
                        // Contents are read there alone.
                        && "shop".equals(each.getMetadata().getNamespace()));
  }

  private List<HasMetadata> context(Path directory) throws IOException {
    String text = GoldenCases.read(directory, "context.yaml");
    List<HasMetadata> objects = new ArrayList<>();
    if (text != null) {
      for (String document : text.split("(?m)^---$", -1)) {
        objects.add(client.getKubernetesSerialization().unmarshal(document));
      }
    }
    return objects;
  }
}
