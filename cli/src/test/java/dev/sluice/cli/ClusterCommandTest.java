package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ClusterScene.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Commands against a real API server, by people who may do what RBAC lets them. */
class ClusterCommandTest {
  private final ClusterScene scene = new ClusterScene();

  @Test
  void masksAreToldWithTheirClassesAndPolicies() {
    scene.database("").access().masks();

    Ran ran = scene.run(Role.PLATFORM, "masks", "orders");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            COLUMN                        MASK        CLASS       POLICY
            public.customers.birth_date   DateTrunc   -           personal-data
            public.customers.email        Email       pii.email   personal-data
            """);
    assertThat(ran.status()).isZero();
    assertThat(scene.run(Role.PLATFORM, "masks", "orders", "-o", "json").out())
        .contains("\"column\": \"public.customers.email\"", "\"class\": \"pii.email\"");
  }

  @Test
  void masksAreToldWithoutClassesToWhoMayNotReadTheDatabase() {
    scene.database("").access().masks();

    Ran ran = scene.run(Role.APPLICATION, "masks", "orders");

    assertThat(ran.out()).contains("public.customers.email").doesNotContain("pii.email");
    assertThat(ran.err())
        .contains("the classes of columns are not told: you may not get databases.sluice.dev");
    assertThat(ran.status()).isZero();
  }

  @Test
  void anAccessThatIsNotThereIsToldWithThoseThatAre() {
    scene.database("").access();

    Ran ran = scene.run(Role.APPLICATION, "masks", "order");

    assertThat(ran.err())
        .isEqualTo(
            "error: DatabaseAccess %s/order does not exist; there are: orders\n"
                .formatted(scene.namespace()));
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void whatIsNotPermittedIsToldWithWhatToAskFor() {
    scene.database("");

    Ran ran = scene.run(Role.STRANGER, "suggestions", "orders");

    assertThat(ran.err())
        .startsWith(
            "error: you may not get databases.sluice.dev in namespace %s. Ask who administers"
                .formatted(scene.namespace()));
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void whoIsNotKnownIsToldToLogIn() {
    Ran ran = scene.run(Role.NOBODY, "suggestions", "orders");

    assertThat(ran.err()).contains("does not take your credentials: log in anew");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void classesAreSaidAndOthersStay() {
    scene.database("");

    Ran ran =
        scene.run(
            Role.PLATFORM,
            "classify",
            "orders",
            "public.customers.ssn=pii.national-id",
            "public.customers.email=pii.email.private",
            "public.orders.note=none");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            public.customers.ssn holds pii.national-id
            public.customers.email holds pii.email.private, and no longer pii.email
            public.orders.note holds nothing sensitive (none)
            """);
    assertThat(scene.classes())
        .containsExactly(
            "public.customers.email=pii.email.private",
            "public.customers.ssn=pii.national-id",
            "public.orders.note=none");
    assertThat(scene.unknownField()).as("fields that this program does not know").isTrue();
  }

  @Test
  void whatTheClusterDoesNotTakeIsToldInItsWords() {
    scene.database("");

    Ran ran =
        scene.run(
            Role.PLATFORM, "classify", "orders", "public.%s.x=pii.name".formatted("t".repeat(300)));

    assertThat(ran.err()).startsWith("error: the cluster does not take the change: ");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(scene.classes()).containsExactly("public.customers.email=pii.email");
  }

  @Test
  void aDryRunWritesWhatARepositoryKeeps() {
    scene.database("");

    Ran ran =
        scene.run(
            Role.PLATFORM,
            "classify",
            "orders",
            "--dry-run",
            "public.customers.ssn=pii.national-id");

    assertThat(ran.out())
        .isEqualTo(
            """
            apiVersion: sluice.dev/v1alpha1
            kind: Database
            metadata:
              name: orders
              namespace: %s
            spec:
              classifications:
              - table: public.customers
                columns:
                  email: pii.email
                  ssn: pii.national-id
            """
                .formatted(scene.namespace()));
    assertThat(scene.classes()).containsExactly("public.customers.email=pii.email");
  }

  @Test
  void whoseDatabaseARepositoryKeepsIsTold() {
    scene.database("annotations: {argocd.argoproj.io/tracking-id: shop}");

    Ran ran = scene.run(Role.PLATFORM, "classify", "orders", "public.customers.ssn=none");

    assertThat(ran.err())
        .isEqualTo(
            "note: Argo CD keeps this Database as a repository has it, and may take the change"
                + " back: commit what -o yaml writes\n");
  }

  @Test
  void nothingIsLostWhereOthersWriteAtTheSameTime() throws InterruptedException {
    scene.database("");
    List<String> columns = List.of("a", "b", "c", "d");
    List<Thread> writers =
        columns.stream()
            .map(
                column ->
                    Thread.ofPlatform()
                        .start(
                            () ->
                                scene.run(
                                    Role.PLATFORM,
                                    "classify",
                                    "orders",
                                    "public.t.%s=free-text".formatted(column))))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(scene.classes())
        .containsExactlyInAnyOrder(
            "public.customers.email=pii.email",
            "public.t.a=free-text",
            "public.t.b=free-text",
            "public.t.c=free-text",
            "public.t.d=free-text");
  }

  private static final String EMAIL =
      """
      {"table": "public.customers", "column": "mail", "class": "pii.email", "confidence": 97, "looked": 1000, "found": 981}
      """;
  private static final String CODE =
      """
      {"table": "public.orders", "column": "code", "class": "pci.pan", "confidence": 41, "looked": 1000, "found": 3}
      """;

  @Test
  void suggestionsAreTold() {
    scene.database("").suggestions(3, EMAIL, CODE);

    Ran ran = scene.run(Role.PLATFORM, "suggestions", "orders");

    assertThat(ran.out())
        .isEqualTo(
            """
            COLUMN                  CLASS       CONFIDENCE   VALUES   FOUND
            public.customers.mail   pii.email   97%          1000     981
            public.orders.code      pci.pan     41%          1000     3
            """);
    assertThat(ran.err()).contains("the status has no room for 1 more");
    assertThat(scene.run(Role.PLATFORM, "suggestions", "orders", "list").out())
        .isEqualTo(ran.out());
    assertThat(scene.run(Role.PLATFORM, "suggestions", "list", "orders").out())
        .isEqualTo(ran.out());
  }

  @Test
  void suggestionsAreAccepted() {
    scene.database("").suggestions(2, EMAIL, CODE);

    Ran ran =
        scene.run(
            Role.PLATFORM, "suggestions", "accept", "orders", "--all", "--min-confidence", "90");

    assertThat(ran.out()).isEqualTo("public.customers.mail holds pii.email\n");
    assertThat(scene.classes())
        .containsExactly("public.customers.email=pii.email", "public.customers.mail=pii.email");
    assertThat(scene.run(Role.PLATFORM, "suggestions", "orders").out())
        .as("what is decided is no suggestion any more")
        .contains("public.orders.code")
        .doesNotContain("public.customers.mail");
  }

  @Test
  void fieldsOfANewerClusterAreNoHindrance() {
    scene.database("").access().masks().suggestions(1, EMAIL).discovery("Suggest");

    assertThat(scene.run(Role.PLATFORM, "masks", "orders").err()).isEmpty();
    assertThat(
            scene.ran(Role.PLATFORM, scene.deployment("cache:6379"), "check", "-f", "-").status())
        .isZero();
  }

  @Test
  void suggestionsAreDismissed() {
    scene.database("").suggestions(2, EMAIL, CODE);

    Ran ran = scene.run(Role.PLATFORM, "suggestions", "dismiss", "orders", "public.orders.code");

    assertThat(ran.out()).isEqualTo("public.orders.code holds nothing sensitive (none)\n");
    assertThat(scene.classes())
        .containsExactly("public.customers.email=pii.email", "public.orders.code=none");
  }

  @Test
  void whatIsNotSuggestedIsNotAccepted() {
    scene.database("").suggestions(1, EMAIL);

    Ran ran =
        scene.run(
            Role.PLATFORM,
            "suggestions",
            "accept",
            "orders",
            "public.customers.mail",
            "public.t.c");

    assertThat(ran.err())
        .isEqualTo(
            "error: there is no suggestion for public.t.c; to say what it holds: kubectl sluice"
                + " classify orders public.t.c=CLASS\n");
    assertThat(ran.status()).isEqualTo(2);
    assertThat(scene.classes()).containsExactly("public.customers.email=pii.email");
  }

  @Test
  void aStatementIsExplainedByWhatTheClusterHas() {
    scene.database("").access().guardrail("no-mass-delete");

    Ran ran = scene.run(Role.PLATFORM, "explain", "--access", "orders", "DELETE FROM customers");

    assertThat(ran.out())
        .contains("Refused for %s/orders by the rule ".formatted(scene.namespace()))
        .contains("[SLU-S07]: DELETE without a WHERE removes every row");
    assertThat(ran.status()).isEqualTo(3);
  }

  @Test
  void suggestionsAreClassesWhereTheyCountAtOnce() {
    scene.database("").access().suggestions(1, EMAIL);

    Ran suggested =
        scene.run(Role.PLATFORM, "explain", "--access", "orders", "SELECT mail FROM customers");
    scene.discovery("Enforce");
    Ran enforced =
        scene.run(Role.PLATFORM, "explain", "--access", "orders", "SELECT mail FROM customers");

    assertThat(suggested.out()).contains("Allowed").doesNotContain("pii.email");
    assertThat(enforced.out()).as(enforced.err()).contains("classes    pii.email");
  }

  @Test
  void whoMayNotReadPoliciesIsToldInPlaceOfADecision() {
    scene.database("").access();

    Ran ran = scene.run(Role.APPLICATION, "explain", "--access", "orders", "SELECT 1");

    assertThat(ran.err()).contains("you may not get databases.sluice.dev in namespace");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void aWorkloadIsCheckedAgainstTheCluster() {
    scene.database("").access().enforced();

    Ran refused =
        scene.ran(
            Role.PLATFORM, scene.deployment("orders-db.databases.svc:5432"), "check", "-f", "-");
    Ran admitted = scene.ran(Role.PLATFORM, scene.deployment("cache:6379"), "check", "-f", "-");

    assertThat(refused.out()).contains("SLU-W01", "names orders-db.databases.svc");
    assertThat(refused.status()).isEqualTo(3);
    assertThat(admitted.out()).contains("1 admitted without a word");
    assertThat(admitted.status()).isZero();
  }
}
