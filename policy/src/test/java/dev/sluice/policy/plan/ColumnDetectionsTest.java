package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import dev.sluice.policy.plan.Catalogue.RelationKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In which columns the gate of an access is to look for what. */
class ColumnDetectionsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).registerModule(new JavaTimeModule());
  private static final RelationName TICKETS = new RelationName("public", "tickets");
  private static final RelationName RECENT = new RelationName("public", "recent");

  private static final Catalogue CATALOGUE =
      Catalogue.of(
          "17.2",
          Set.of("public"),
          List.of(
              relation(
                  TICKETS,
                  RelationKind.TABLE,
                  Set.of(),
                  column("id", ColumnType.Family.INTEGER, null),
                  column("note", ColumnType.Family.TEXT, null),
                  column("document", ColumnType.Family.JSON, null),
                  column("subject", ColumnType.Family.TEXT, null)),
              relation(
                  RECENT,
                  RelationKind.VIEW,
                  Set.of(new ColumnName(TICKETS, "note")),
                  column("shown", ColumnType.Family.TEXT, new ColumnName(TICKETS, "note")),
                  column("other", ColumnType.Family.TEXT, new ColumnName(TICKETS, "subject")),
                  column("computed", ColumnType.Family.TEXT, null))));

  private static Relation relation(
      RelationName name, RelationKind kind, Set<ColumnName> reads, Column... columns) {
    return new Relation(
        name, kind, List.of(columns), true, false, Set.of(), List.of(), List.of(), reads, Set.of());
  }

  private static Column column(String name, ColumnType.Family family, @Nullable ColumnName origin) {
    return new Column(
        name, ColumnType.of(name, family), false, false, false, List.of(), origin, List.of());
  }

  private static AccessPlan plan(String policy) throws JsonProcessingException {
    PlanRequest request =
        new PlanRequest(
            new AccessIdentity("shop", "desk", "uid", NOW),
            YAML.readValue(
                """
                databaseRef: {name: desk, namespace: shop}
                subjects: [{kind: ServiceAccount, name: desk}]
                purpose: support
                grants: [{tables: [public.tickets, public.recent], privileges: [SELECT]}]
                """,
                DatabaseAccessSpec.class),
            Map.of(),
            new DatabaseIdentity("shop", "desk", "uid", Map.of()),
            YAML.readValue(
                """
                engine: PostgreSQL
                endpoints: [{host: desk-db, port: 5432}]
                database: desk
                adminSecretRef: {name: desk-admin}
                ceiling: {schemas: [public], privileges: [SELECT]}
                classifications:
                - {table: public.tickets, columns: {note: free-text, subject: pii.name}}
                """,
                DatabaseSpec.class),
            List.of(new Named<>("texts", YAML.readValue(policy, MaskingPolicySpec.class))),
            List.of(),
            CATALOGUE,
            NOW);
    return switch (AccessPlanner.plan(request)) {
      case PlanResult.Planned(AccessPlan plan, var _) -> plan;
      case PlanResult.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  @Test
  void columnsAreMeantByClassAndThroughViews() throws JsonProcessingException {
    assertThat(
            plan("rules: [{match: {classes: [free-text]}, detect: {kinds: [Phone, Email]}}]")
                .detections())
        .containsExactly(
            new Bundle.Detection(
                "texts/spec.rules[0]",
                List.of(Kind.Email, Kind.Phone),
                Action.Redact,
                List.of("public.recent.computed", "public.recent.shown", "public.tickets.note"),
                List.of()));
  }

  @Test
  void starsMeanAllTextButWhatIsExempt() throws JsonProcessingException {
    AccessPlan plan =
        plan(
            """
            rules: [{match: {columns: ["*.*.*"]}, detect: {kinds: [Secret], action: Refuse}}]
            exemptions:
            - {purposes: [support], classes: [pii.name], reason: D-1, expiresAt: 2027-01-01T00:00:00Z}
            """);
    assertThat(plan.detections())
        .containsExactly(
            new Bundle.Detection(
                "texts/spec.rules[0]",
                List.of(Kind.Secret),
                Action.Refuse,
                List.of(),
                List.of("public.recent.other", "public.tickets.subject")));
    assertThat(plan.nextChange()).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @Test
  void aRuleMayMaskAndHaveSomethingLookedFor() throws JsonProcessingException {
    AccessPlan plan =
        plan(
            """
            rules:
            - match: {columns: [public.tickets.subject]}
              mask: {type: KeepFirst, keepFirst: {characters: 2}}
              detect: {kinds: [Email], action: Observe}
            """);
    assertThat(plan.maskedColumns()).isEqualTo(2);
    assertThat(plan.detections())
        .extracting(Bundle.Detection::columns)
        .containsExactly(List.of("public.recent.other", "public.tickets.subject"));
  }

  @Test
  void whatMeansNoColumnOfTheAccessIsNotInItsBundle() throws JsonProcessingException {
    assertThat(
            plan("rules: [{match: {columns: [\"*.*.id\"]}, detect: {kinds: [Email]}}]")
                .detections())
        .isEmpty();
  }
}
