package dev.sluice.operator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.operator.MovableClock;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.operator.access.AccessDirectory.State;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.operator.event.EventQuery;
import dev.sluice.operator.event.Events;
import dev.sluice.operator.event.Ledger;
import dev.sluice.operator.event.LedgerDataSource;
import dev.sluice.operator.tls.CertificateFactory;
import dev.sluice.operator.tls.Identity;
import dev.sluice.operator.tls.Pem;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Acknowledgement;
import dev.sluice.policy.control.CredentialRequest;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.control.SuggestionList;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.discovery.Sample;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventBatch;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.PendingClassification;
import io.agroal.api.AgroalDataSource;
import io.avaje.jsonb.Jsonb;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gates' and people's requests with real tokens, over HTTPS. */
class ControlApiTest {
  private static final Jsonb JSON = Jsonb.instance();
  private static final RealApiServer CLUSTER = RealApiServer.shared();
  private static final Vertx VERTX = Vertx.vertx();

  private final String namespace = CLUSTER.newNamespace("shop");
  private final String access = namespace + "/orders";
  private final MovableClock clock = new MovableClock(Instant.now());
  private final AccessDirectory directory = new AccessDirectory(clock, Duration.ofHours(1));
  private final Discoveries discoveries = new Discoveries();
  private final TestDatabase database = RealPostgres.shared(PostgresVersion.V18).newDatabase();
  private final AgroalDataSource connections =
      LedgerDataSource.open(
          database.jdbcUrl(), database.admin().user(), database.admin().password(), 2);
  private final CertificateFactory factory =
      new CertificateFactory(Clock.systemUTC(), new SecureRandom());
  private final Identity authority = factory.authority(Duration.ofDays(1));
  private final ApiServer server =
      ApiServer.start(
          VERTX,
          new ControlApi(
              new TokenReviewer(CLUSTER.client(), clock, Duration.ofSeconds(10)),
              new Accesses(directory, CLUSTER.client(), () -> true),
              new SuggestionEndpoint(discoveries, new Permissions(CLUSTER.client()), () -> true),
              new Ledger(connections),
              CLUSTER.client(),
              clock),
          factory.server(authority, List.of("localhost"), Duration.ofHours(1)),
          0);
  private final ApiClient client =
      new ApiClient(Pem.certificates(List.of(authority.certificate())), server.port());

  @AfterAll
  static void stopVertx() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    connections.close();
  }

  @Test
  void withoutATokenNothingIsAnswered() throws Exception {
    assertProblem(client.get("/v1/bundle?access=" + access, null, null), 401, "SLU-C01");
    assertProblem(client.get("/v1/bundle?access=" + access, "nonsense", null), 401, "SLU-C01");
    assertProblem(client.get("/nowhere", null, null), 401, "SLU-C01");
    String foreign = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "other");
    assertProblem(client.post("/v1/events", foreign, "{}"), 401, "SLU-C01");
  }

  @Test
  void aBundleIsGivenToThePodThatAsksForIt() throws Exception {
    publish("one");
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");

    HttpResponse<String> first = client.get("/v1/bundle?access=" + access, token, null);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("ETag")).contains("\"one\"");
    assertThat(JSON.type(Bundle.class).fromJson(first.body())).isEqualTo(bundle("one"));
    assertThat(client.get("/v1/bundle?access=" + access, token, "\"one\"").statusCode())
        .isEqualTo(304);
    assertThat(client.get("/v1/bundle?access=" + access, token, "\"older\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void whoWaitsIsWokenByANewBundle() throws Exception {
    publish("one");
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    CompletableFuture<HttpResponse<String>> waiting =
        client.getLater("/v1/bundle?wait=30&access=" + access, token, "\"one\"");
    assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);

    publish("two");

    await().atMost(Duration.ofSeconds(60)).until(waiting::isDone);
    assertThat(waiting.get().headers().firstValue("ETag")).contains("\"two\"");
  }

  @Test
  void whoWaitsIsToldOfTheEndAndLaterThatItIsOver() throws Exception {
    publish("one");
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    CompletableFuture<HttpResponse<String>> waiting =
        client.getLater("/v1/bundle?wait=30&access=" + access, token, "\"one\"");

    directory.end(access, Set.of("shop-api"), "It was deleted.");

    Bundle last = JSON.type(Bundle.class).fromJson(waiting.get(60, TimeUnit.SECONDS).body());
    assertThat(last.state()).isEqualTo(Bundle.State.REVOKED);
    assertThat(last.stateReason()).isEqualTo("It was deleted.");
    assertProblem(credential(token), 410, "SLU-G01");
    clock.advance(Duration.ofHours(2));
    assertProblem(client.get("/v1/bundle?access=" + access, token, null), 410, "SLU-G01");
  }

  @Test
  void aSubjectThatIsTakenAwayWhileItWaitsGetsNothingMore() throws Exception {
    publish("one");
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    CompletableFuture<HttpResponse<String>> waiting =
        client.getLater("/v1/bundle?wait=30&access=" + access, token, "\"one\"");

    directory.publish(new Grant(access, Set.of("other"), new State.NotReady("", bundle("two"))));

    assertProblem(waiting.get(60, TimeUnit.SECONDS), 403, "SLU-C02");
  }

  @Test
  void tokensOfOthersAreRefused() throws Exception {
    publish("one");

    String otherAccount = CLUSTER.podToken(pod("api-1", "other", "orders"), "sluice");
    assertProblem(credential(otherAccount), 403, "SLU-C02");
    String doesNotAsk = CLUSTER.podToken(pod("api-2", "shop-api", null), "sluice");
    assertProblem(credential(doesNotAsk), 403, "SLU-C03");
    String unbound = CLUSTER.token(namespace, "shop-api", "sluice");
    assertProblem(credential(unbound), 403, "SLU-C04");
    String elsewhere = CLUSTER.newNamespace("elsewhere");
    String foreign = CLUSTER.podToken(pod(elsewhere, "api-1", "default", "orders"), "sluice");
    assertProblem(credential(foreign), 403, "SLU-C02");
  }

  @Test
  void aPodThatIsGoneIsRefusedThoughItsTokenIsRemembered() throws Exception {
    publish("one");
    Pod pod = pod("api-1", "shop-api", "orders");
    String token = CLUSTER.podToken(pod, "sluice");
    assertThat(client.get("/v1/bundle?access=" + access, token, null).statusCode()).isEqualTo(200);

    CLUSTER.client().resource(pod).withGracePeriod(0).delete();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> CLUSTER.client().resource(pod).get() == null);

    assertProblem(client.get("/v1/bundle?access=" + access, token, null), 403, "SLU-C04");
  }

  @Test
  void theAnnotationAsksToo() throws Exception {
    publish("one");
    Pod pod =
        CLUSTER
            .client()
            .resource(
                new PodBuilder(definition(namespace, "api-3", "default", "billing"))
                    .editMetadata()
                    .addToAnnotations("sluice.dev/also", "reports, orders")
                    .endMetadata()
                    .build())
            .create();

    assertThat(
            client
                .get("/v1/bundle?access=" + access, CLUSTER.podToken(pod, "sluice"), null)
                .statusCode())
        .isEqualTo(403);
    directory.publish(new Grant(access, Set.of("default"), new State.NotReady("", bundle("one"))));
    assertThat(
            client
                .get("/v1/bundle?access=" + access, CLUSTER.podToken(pod, "sluice"), null)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void whatIsNotThereAndWhatIsNotReadyIsTold() throws Exception {
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    // A list of a kind that the API server has just begun to serve may be refused for a moment.
    await().until(() -> credential(token).statusCode() != 503);
    assertProblem(credential(token), 404, "SLU-C05");

    directory.refuse(access, Set.of("shop-api"), "spec.grants[0]: no such table.");
    Problem problem = assertProblem(credential(token), 409, "SLU-C06");
    assertThat(problem.detail()).isEqualTo("spec.grants[0]: no such table.");
    assertProblem(client.get("/v1/bundle?access=" + access, token, null), 409, "SLU-C06");
    assertProblem(client.post("/v1/credentials", token, "{"), 400, "SLU-C10");
    assertProblem(client.get("/v1/bundle?access=orders", token, null), 400, "SLU-C10");
    assertProblem(client.get("/v1/bundle?wait=3600&access=" + access, token, null), 400, "SLU-C10");
    assertProblem(client.get("/v2/bundle", token, null), 404, "SLU-C12");
  }

  @Test
  void eventsAreTakenFromTheirPodAndReadByViewers() throws Exception {
    Pod pod = pod("api-1", "shop-api", "orders");
    String token = CLUSTER.podToken(pod, "sluice");
    Events chain = new Events(namespace, "shop-api", "api-1", pod.getMetadata().getUid());
    String batch = batch(chain.next(3));

    assertThat(acknowledged(client.post("/v1/events", token, batch))).isEqualTo(3);
    assertThat(acknowledged(client.post("/v1/events", token, batch))).isEqualTo(3);
    Events foreign = new Events(namespace, "shop-api", "api-2", pod.getMetadata().getUid());
    assertProblem(client.post("/v1/events", token, batch(foreign.next(1))), 403, "SLU-C09");

    CLUSTER.serviceAccount(namespace, "auditor");
    String auditor = CLUSTER.token(namespace, "auditor", "sluice");
    assertProblem(client.get("/v1/events", auditor, null), 403, "SLU-C13");
    mayReadEvents("auditor");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.get("/v1/events", auditor, null).statusCode() == 200);
    HttpResponse<String> read =
        client.get("/v1/events?since=1h&limit=2&namespace=" + namespace, auditor, null);
    assertThat(JSON.type(EventBatch.class).fromJson(read.body()).events()).hasSize(2);
    assertProblem(client.get("/v1/events?outcome=MAYBE", auditor, null), 400, "SLU-C10");
    assertProblem(client.get("/v1/events?acces=shop/orders", auditor, null), 400, "SLU-C10");
    assertProblem(client.get("/v1/events?trace=4b", auditor, null), 400, "SLU-C10");
  }

  @Test
  void suggestionsAreToldInFullToThoseWhoMayGetTheDatabase() throws Exception {
    String path = "/v1/suggestions?database=" + namespace + "/orders";
    CLUSTER.serviceAccount(namespace, "steward");
    String steward = CLUSTER.token(namespace, "steward", "sluice");
    assertProblem(client.get(path, null, null), 401, "SLU-C01");
    assertProblem(client.get(path, steward, null), 403, "SLU-C16");
    mayGetDatabases("steward");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.get(path, steward, null).statusCode() != 403);
    assertProblem(client.get(path, steward, null), 404, "SLU-C17");

    discoveries.publish(new DatabaseKey(namespace, "orders"), pending(60), false);

    SuggestionList list =
        JSON.type(SuggestionList.class).fromJson(client.get(path, steward, null).body());
    assertThat(list.database()).isEqualTo(namespace + "/orders");
    assertThat(list.suggestions())
        .hasSize(60)
        .contains(new SuggestionList.Suggestion("public.t", "email_7", "pii.email", 65, 0, 0));
    assertThat(client.get(path, steward, null).body()).contains("\"class\":\"pii.email\"");
    assertProblem(client.get("/v1/suggestions", steward, null), 400, "SLU-C10");
    assertProblem(client.get(path + "&limit=3", steward, null), 400, "SLU-C10");
    assertProblem(client.get("/v1/suggestions?database=orders", steward, null), 400, "SLU-C10");
    assertProblem(
        client.get("/v1/suggestions?database=other/orders", steward, null), 403, "SLU-C16");
  }

  private static PendingClassification pending(int columns) throws Exception {
    RelationName table = new RelationName("public", "t");
    ColumnType type = ColumnType.of("text", ColumnType.Family.TEXT);
    List<String> names = IntStream.range(0, columns).mapToObj("email_%d"::formatted).toList();
    return PendingClassification.of(
        new DatabaseIdentity("databases", "orders", "uid", Map.of()),
        CLUSTER
            .client()
            .getKubernetesSerialization()
            .unmarshal("engine: PostgreSQL\n", DatabaseSpec.class),
        Catalogue.of(
            "18",
            Set.of("public"),
            List.of(
                new Catalogue.Relation(
                    table,
                    Catalogue.RelationKind.TABLE,
                    names.stream()
                        .map(
                            name ->
                                new Catalogue.Column(
                                    name, type, false, false, false, List.of(), null, List.of()))
                        .toList(),
                    true,
                    false,
                    Set.of(),
                    List.of(),
                    List.of(),
                    Set.of(),
                    Set.of()))),
        names.stream()
            .map(name -> new ObservedColumn(table, name, type, "", Sample.NOTHING))
            .toList());
  }

  private void mayGetDatabases(String serviceAccount) {
    CLUSTER
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("stewards")
                .endMetadata()
                .addNewRule()
                .withApiGroups("sluice.dev")
                .withResources("databases")
                .withVerbs("get")
                .endRule()
                .build())
        .create();
    CLUSTER
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("stewards")
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("Role")
                .withName("stewards")
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(namespace)
                .withName(serviceAccount)
                .endSubject()
                .build())
        .create();
  }

  @Test
  void textsThatLookLikeNulAreTakenAndNulIsMended() throws Exception {
    Pod pod = pod("api-1", "shop-api", "orders");
    String token = CLUSTER.podToken(pod, "sluice");
    Events chain = new Events(namespace, "shop-api", "api-1", pod.getMetadata().getUid());
    Event looks = chain.next("\\u0000 \\\\u0000");
    Event holds = chain.next("a\0b\\\0");

    assertThat(acknowledged(client.post("/v1/events", token, batch(List.of(looks, holds)))))
        .isEqualTo(2);

    Ledger ledger = new Ledger(connections);
    assertThat(ledger.find(new EventQuery(null, namespace, null, null, null, null, null, 10)))
        .extracting(Event::application)
        .containsExactlyInAnyOrder("\\u0000 \\\\u0000", "a\ufffdb\\\ufffd");
    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void eventsAboutAnAccessOfAnotherNamespaceAreRefused() throws Exception {
    Pod pod = pod("api-1", "shop-api", "orders");
    Events chain = new Events(namespace, "shop-api", "api-1", pod.getMetadata().getUid());

    assertProblem(
        client.post(
            "/v1/events",
            CLUSTER.podToken(pod, "sluice"),
            batch(chain.about(namespace + "-b").next(1))),
        403,
        "SLU-C09");
  }

  @Test
  void anEndIsToldByAControlPlaneThatNeverKnewTheBundle() throws Exception {
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    directory.end(access, Set.of("shop-api"), "It has expired.");

    Problem problem =
        assertProblem(
            client.get("/v1/bundle?wait=30&access=" + access, token, "\"one\""), 410, "SLU-G01");
    assertThat(problem.detail()).isEqualTo("It has expired.");
    assertProblem(credential(token), 410, "SLU-G01");
  }

  @Test
  void aQueryThatCannotBeDecodedIsAnswered() throws Exception {
    String token = CLUSTER.podToken(pod("api-1", "shop-api", "orders"), "sluice");
    assertThat(client.rawGet("/v1/bundle?access=%zz", token)).startsWith("HTTP/1.1 400 ");
    assertThat(client.rawGet("/v1/bundle?access=%zz", "nonsense")).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void aLedgerThatIsAwayIsToldAndTheGateKeepsItsEvents() throws Exception {
    Pod pod = pod("api-1", "shop-api", "orders");
    Events chain = new Events(namespace, "shop-api", "api-1", pod.getMetadata().getUid());
    connections.close();

    assertProblem(
        client.post("/v1/events", CLUSTER.podToken(pod, "sluice"), batch(chain.next(1))),
        503,
        "SLU-C08");
  }

  @Test
  void aNewCertificateIsUsedWithoutARestart() throws Exception {
    Identity other = factory.authority(Duration.ofDays(1));
    server.use(factory.server(other, List.of("localhost"), Duration.ofHours(1)));

    try (ApiClient both =
        new ApiClient(Pem.certificates(List.of(other.certificate())), server.port())) {
      assertThat(both.get("/v1/events", null, null).statusCode()).isEqualTo(401);
    }
    try (ApiClient old =
        new ApiClient(Pem.certificates(List.of(authority.certificate())), server.port())) {
      assertThatThrownBy(() -> old.get("/v1/events", null, null))
          .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
    }
  }

  private HttpResponse<String> credential(String token) throws Exception {
    return client.post(
        "/v1/credentials",
        token,
        JSON.type(CredentialRequest.class).toJson(new CredentialRequest(access)));
  }

  private void publish(String revision) {
    directory.publish(
        new Grant(access, Set.of("shop-api"), new State.NotReady("", bundle(revision))));
  }

  private Bundle bundle(String revision) {
    return new Bundle(
        Bundle.FORMAT,
        revision,
        Bundle.State.ACTIVE,
        "",
        access,
        "databases/orders",
        "order-processing",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("orders-db.databases.svc", 5432)),
            "shop",
            new Bundle.Tls(Bundle.TlsMode.VERIFY_FULL, null),
            "18.1"),
        "sluice_shop_orders_abc123",
        List.of("sluice_shop_orders_abc123", "public"),
        false,
        List.of(),
        List.of(),
        new Bundle.SessionLimits(50, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT);
  }

  private Pod pod(
      String name, String serviceAccount, @org.jspecify.annotations.Nullable String asks) {
    return pod(namespace, name, serviceAccount, asks);
  }

  private static Pod pod(
      String namespace,
      String name,
      String serviceAccount,
      @org.jspecify.annotations.Nullable String asks) {
    if (CLUSTER.client().serviceAccounts().inNamespace(namespace).withName(serviceAccount).get()
        == null) {
      CLUSTER.serviceAccount(namespace, serviceAccount);
    }
    return CLUSTER.client().resource(definition(namespace, name, serviceAccount, asks)).create();
  }

  private static Pod definition(
      String namespace,
      String name,
      String serviceAccount,
      @org.jspecify.annotations.Nullable String asks) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName(serviceAccount)
            .addNewContainer()
            .withName("api")
            .withImage("localhost/api")
            .endContainer()
            .endSpec();
    return asks == null
        ? pod.build()
        : pod.editMetadata().addToLabels("sluice.dev/access", asks).endMetadata().build();
  }

  private void mayReadEvents(String serviceAccount) {
    String name = "sluice-events-viewer-" + namespace;
    CLUSTER
        .client()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addNewRule()
                .withNonResourceURLs("/v1/events")
                .withVerbs("get")
                .endRule()
                .build())
        .create();
    CLUSTER
        .client()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("ClusterRole")
                .withName(name)
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withNamespace(namespace)
                .withName(serviceAccount)
                .endSubject()
                .build())
        .create();
  }

  private static String batch(List<Event> events) {
    return JSON.type(EventBatch.class).toJson(new EventBatch(events));
  }

  private static int acknowledged(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.type(Acknowledgement.class).fromJson(response.body()).accepted();
  }

  private static Problem assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    Problem problem = JSON.type(Problem.class).fromJson(response.body());
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.remedy()).isNotEmpty();
    return problem;
  }
}
