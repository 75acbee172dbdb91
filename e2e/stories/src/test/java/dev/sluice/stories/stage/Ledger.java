package dev.sluice.stories.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The evidence, as GET /v1/events tells it to somebody who may see it. */
public final class Ledger {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Ledger() {}

  /**
   * The newest events of an access, oldest first.
   *
   * @param type of this type only
   * @param access {@code namespace/name}
   */
  public static List<JsonNode> events(String type, String access) {
    auditor();
    var answer =
        Command.run(
            "",
            Map.of("kubectl", Kubectl.program()),
            List.of(
                "e2e/demo/events",
                "--json",
                "--limit",
                "1000",
                "--type",
                type,
                "--access",
                access));
    try {
      var events = JSON.readTree(answer.required().output());
      return StreamSupport.stream(events.spliterator(), false).toList();
    } catch (JsonProcessingException e) {
      throw new AssertionError("the events are not JSON", e);
    }
  }

  /**
   * The HTTP status that somebody gets who asks for events.
   *
   * @param token the bearer token
   */
  public static int statusFor(String token) {
    var answer =
        Command.run(
            "",
            Map.of("kubectl", Kubectl.program(), "EVENTS_TOKEN", token),
            List.of("e2e/demo/events", "--json"));
    if (answer.isSuccess()) {
      return 200;
    }
    var message = java.util.regex.Pattern.compile("events: (\\d{3}):").matcher(answer.errors());
    if (!message.find()) {
      throw new AssertionError("no status in: " + answer.text());
    }
    return Integer.parseInt(message.group(1));
  }

  /** Somebody who may read events, as the demo has it too. */
  private static void auditor() {
    Kubectl.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: demo-auditor, namespace: sluice-system}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: sluice-demo-auditor}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sluice-events-viewer}
        subjects: [{kind: ServiceAccount, name: demo-auditor, namespace: sluice-system}]
        """);
  }
}
