package dev.sluice.operator.local;

import dev.sluice.operator.bundle.BundleCompiler;
import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Exposure;
import dev.sluice.operator.engine.Server;
import dev.sluice.operator.local.LocalResources.InvalidResourcesException;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One access that is tried: from files to roles, views, bundle and credential, again whenever the
 * files change. What cannot be applied is told, and what held before goes on.
 */
final class Trial {
  /** A login is renewed when this part of its life is over. */
  private static final double RENEWAL = 0.6;

  private static final String POD = "try";

  private final Options options;
  private final DatabaseEngine engine;
  private final ControlDirectory control;
  private final Clock clock;
  private final PrintStream out;
  private final ResourceSchemas schemas = new ResourceSchemas();
  private final Instant begun;
  private final Set<String> told = new HashSet<>();
  private @Nullable Server server;
  private @Nullable AccessPlan plan;
  private @Nullable Bundle bundle;
  private Instant renewal;
  private String serviceAccount = "";

  Trial(
      Options options,
      DatabaseEngine engine,
      ControlDirectory control,
      Clock clock,
      PrintStream out) {
    this.options = options;
    this.engine = engine;
    this.control = control;
    this.clock = clock;
    this.out = out;
    this.begun = clock.instant();
    this.renewal = begun;
  }

  /** The first subject, who events are about. */
  String serviceAccount() {
    return serviceAccount;
  }

  /** The plan that holds. */
  AccessPlan plan() {
    return Objects.requireNonNull(plan);
  }

  /**
   * Makes the database and the directory as the files say.
   *
   * @return whether that could be done; if not, the reasons have been told
   */
  boolean apply() throws IOException {
    try {
      LocalResources resources =
          LocalResources.read(options.resources(), schemas, options.access(), begun);
      resources.notes().forEach(this::once);
      return apply(resources);
    } catch (InvalidResourcesException e) {
      say("These files are not valid:");
      e.problems().forEach(problem -> say("  " + problem.sentence()));
      return false;
    } catch (EngineException e) {
      say(e.sentence());
      return false;
    }
  }

  private boolean apply(LocalResources resources) throws IOException {
    if (server == null) {
      server = engine.prepare();
    }
    serviceAccount = resources.spec().subjects().getFirst().name();
    DatabaseIdentity database = resources.database();
    List<String> ceiling =
        resources.databaseSpec().ceiling() == null
            ? null
            : resources.databaseSpec().ceiling().schemas();
    Catalogue catalogue = engine.catalogue(ceiling == null ? List.of("public") : ceiling);
    PlanResult result =
        AccessPlanner.plan(
            new PlanRequest(
                resources.access(),
                resources.spec(),
                resources.namespaceLabels(),
                database,
                resources.databaseSpec(),
                resources.maskingPolicies(),
                resources.guardrailPolicies(),
                catalogue,
                clock.instant()));
    return switch (result) {
      case PlanResult.Rejected rejected -> {
        say("DatabaseAccess %s cannot be given:".formatted(options.access()));
        rejected.problems().forEach(problem -> say("  " + sentence(problem)));
        yield false;
      }
      case PlanResult.Planned planned -> {
        planned.problems().forEach(problem -> once(sentence(problem)));
        hold(planned.plan(), engine.apply(planned.plan()));
        yield true;
      }
    };
  }

  private void hold(AccessPlan next, Applied applied) throws IOException {
    applied.mended().forEach(this::say);
    applied.exposures().stream().map(Exposure::sentence).forEach(this::once);
    Bundle compiled =
        BundleCompiler.compile(
            next,
            new Bundle.Target(
                "PostgreSQL",
                options.database().connection().endpoints(),
                options.database().connection().database(),
                options.database().connection().tls(),
                Objects.requireNonNull(server).version()));
    boolean sameLogin =
        plan != null
            && plan.searchPath().equals(next.searchPath())
            && plan.sessions().equals(next.sessions());
    plan = next;
    if (!sameLogin || !renewal.isAfter(clock.instant())) {
      renew();
    }
    if (bundle == null || !bundle.revision().equals(compiled.revision())) {
      control.write(compiled);
      bundle = compiled;
      tellPlan(next);
    }
  }

  private void tellPlan(AccessPlan next) {
    List<String> masked = new ArrayList<>();
    next.relations()
        .forEach(
            relation ->
                relation.columns().stream()
                    .filter(column -> column.mask() != null)
                    .forEach(
                        column ->
                            masked.add(
                                "  %s.%s: %s (%s)"
                                    .formatted(
                                        relation.name(),
                                        column.name(),
                                        Objects.requireNonNull(column.mask()).mask().type(),
                                        column.mask().reason()))));
    say(
        "%s: %d tables, %d masked columns, revision %s"
            .formatted(
                options.access(),
                next.relations().size(),
                masked.size(),
                Objects.requireNonNull(bundle).revision().substring(0, 12)));
    masked.forEach(this::say);
  }

  private static String sentence(PlanProblem problem) {
    String name =
        problem.namespace().isEmpty() ? problem.name() : problem.namespace() + "/" + problem.name();
    return "%s %s: %s".formatted(problem.kind(), name, problem.sentence());
  }

  /** Makes the next login. */
  void renew() throws IOException {
    Credential credential = engine.issueLogin(plan(), POD);
    control.write(credential);
    Duration life = Duration.between(credential.issuedAt(), credential.validUntil());
    renewal = credential.issuedAt().plusMillis((long) (life.toMillis() * RENEWAL));
  }

  /** When something is to be done although no file has changed. */
  Instant next() {
    Instant change = plan == null ? null : plan.nextChange();
    return change != null && change.isBefore(renewal) ? change : renewal;
  }

  /** Does what is due at this time. */
  void tick() throws IOException {
    Instant now = clock.instant();
    Instant change = plan == null ? null : plan.nextChange();
    if (change != null && !change.isAfter(now)) {
      apply();
    } else if (!renewal.isAfter(now)) {
      try {
        renew();
      } catch (EngineException e) {
        say(e.sentence());
        renewal = now.plusSeconds(5);
      }
    }
  }

  /** Takes roles and views back. */
  void takeBack() {
    AccessPlan last = plan;
    if (last == null) {
      return;
    }
    AccessIdentity access = last.access();
    try {
      engine.revoke(access, Bundle.Revocation.TERMINATE);
      engine.release();
      say("Roles and views of %s are gone from the database.".formatted(access));
    } catch (EngineException e) {
      say(e.sentence());
    }
  }

  private void once(String sentence) {
    if (told.add(sentence)) {
      say(sentence);
    }
  }

  void say(String line) {
    out.println(line);
  }
}
