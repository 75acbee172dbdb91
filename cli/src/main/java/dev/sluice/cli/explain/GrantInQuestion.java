package dev.sluice.cli.explain;

import dev.sluice.cli.Failure;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.BundleCompiler;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import dev.sluice.policy.statement.GrantCatalogue;
import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The grant that SQL is explained for.
 *
 * @param bundle what a gate would have
 * @param known whether there is a grant at all, so that something can be decided
 * @param catalogue what it tells of the database. Of a table of which not all columns are known it
 *     tells nothing, since what is no column of a known table is taken for a function
 * @param notes what a person should know of where it comes from
 */
record GrantInQuestion(Bundle bundle, boolean known, GrantCatalogue catalogue, List<String> notes) {
  /** No grant: what SQL does is told, and nothing is decided. */
  static final GrantInQuestion NONE =
      new GrantInQuestion(
          new Bundle(
              Bundle.FORMAT,
              "",
              Bundle.State.ACTIVE,
              "",
              "",
              "",
              "",
              target(""),
              "",
              List.of(),
              true,
              List.of(),
              List.of(),
              new Bundle.SessionLimits(1, 0, 0, null),
              Bundle.Revocation.FINISH_STATEMENT),
          false,
          GrantCatalogue.NONE,
          List.of());

  /** Immutable copies. */
  GrantInQuestion {
    notes = List.copyOf(notes);
  }

  /**
   * What a gate was given.
   *
   * @param json the bundle
   * @param file where it was read
   */
  static GrantInQuestion ofBundle(String json, String file) {
    Bundle bundle;
    try {
      bundle = Jsonb.instance().type(Bundle.class).fromJson(json);
    } catch (JsonException | IllegalArgumentException | NullPointerException e) {
      throw Failure.usage(
          "%s is not a bundle, as docs/reference/control-files.md has it: %s"
              .formatted(file, e.getMessage()));
    }
    if (bundle.format() != Bundle.FORMAT) {
      throw Failure.usage(
          "%s is a bundle of format %d, and this program reads format %d: take the kubectl-sluice of your cluster's version"
              .formatted(file, bundle.format(), Bundle.FORMAT));
    }
    return new GrantInQuestion(
        bundle,
        true,
        GrantCatalogue.of(bundle),
        bundle.state() == Bundle.State.REVOKED
            ? List.of(
                "The grant is not in force: gates open no session (%s)"
                    .formatted(bundle.stateReason()))
            : List.of());
  }

  /**
   * The grant that resources ask for, where no database tells what it holds.
   *
   * @param request what resources say
   * @param database the name of the database in the server
   */
  static GrantInQuestion planned(PlanRequest request, String database) {
    return switch (AccessPlanner.plan(request)) {
      case PlanResult.Rejected rejected ->
          throw Failure.failed(
              "DatabaseAccess %s cannot be given, so that no gate decides anything:\n%s"
                  .formatted(
                      request.access(),
                      rejected.problems().stream()
                          .filter(problem -> problem.kind() == PlanProblem.Kind.DatabaseAccess)
                          .map(problem -> "  " + problem.sentence())
                          .collect(Collectors.joining("\n"))));
      case PlanResult.Planned planned -> given(planned, database);
    };
  }

  private static GrantInQuestion given(PlanResult.Planned planned, String database) {
    List<String> notes = new ArrayList<>();
    // Of a database only what it holds could be told wrong here, and that is not known.
    planned.problems().stream()
        .filter(problem -> problem.kind() == PlanProblem.Kind.GuardrailPolicy)
        .map(problem -> "GuardrailPolicy %s: %s".formatted(problem.name(), problem.sentence()))
        .forEach(notes::add);
    notes.add(
        "what the database holds is not looked at: of the columns that * stands for only those"
            + " count that the resources name");
    AccessPlan plan = planned.plan();
    return new GrantInQuestion(
        BundleCompiler.compile(plan, target(database), EvidencePolicy.DEFAULT),
        true,
        new GrantCatalogue(Map.of(), Map.of(), 0, plan.role()),
        notes);
  }

  private static Bundle.Target target(String database) {
    return new Bundle.Target(
        "PostgreSQL", List.of(), database, new Bundle.Tls(Bundle.TlsMode.VERIFY_FULL, null), "");
  }

  /** The same with these notes before its own. */
  GrantInQuestion with(List<String> before) {
    List<String> all = new ArrayList<>(before);
    all.addAll(notes);
    return new GrantInQuestion(bundle, known, catalogue, all);
  }

  /** What the grant lets do with a relation, named as rules are told it; empty: it has none. */
  String privileges(String relation) {
    return bundle.relations().stream()
        .filter(each -> Objects.equals(each.relationName().toString(), relation))
        .findFirst()
        .map(each -> String.join(", ", each.privileges()))
        .orElse("");
  }
}
