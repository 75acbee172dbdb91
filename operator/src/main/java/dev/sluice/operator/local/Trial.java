package dev.sluice.operator.local;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.Durations;
import dev.sluice.operator.bundle.EvidencePolicies;
import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Examination;
import dev.sluice.operator.engine.Exposure;
import dev.sluice.operator.engine.Server;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.BundleCompiler;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.PendingClassification;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import dev.sluice.resources.file.LocalResources;
import dev.sluice.resources.file.LocalResources.InvalidResourcesException;
import dev.sluice.resources.file.ResourceSchemas;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
  private static final Duration NEXT_TRY = Duration.ofSeconds(5);

  private final Options options;
  private final DatabaseEngine engine;
  private final ControlDirectory control;
  private final Clock clock;
  private final PrintStream out;
  private final String hashKey;
  private final ResourceSchemas schemas = new ResourceSchemas();
  private final Instant begun;
  private final Set<String> told = new HashSet<>();
  private boolean touched;
  private @Nullable Server server;
  private @Nullable AccessPlan plan;
  private @Nullable AccessPlan leaving;
  private @Nullable Bundle bundle;
  private Instant renewal;
  private @Nullable Instant nextTry;
  private String serviceAccount = "";

  /**
   * One that has not begun.
   *
   * @param hashKey the key for hashes of bound values in Base64: no Secret is read here
   */
  Trial(
      Options options,
      DatabaseEngine engine,
      ControlDirectory control,
      Clock clock,
      PrintStream out,
      String hashKey) {
    this.options = options;
    this.engine = engine;
    this.control = control;
    this.clock = clock;
    this.out = out;
    this.hashKey = hashKey;
    this.begun = clock.instant();
    this.renewal = begun;
  }

  /** The first subject, who events are about. */
  String serviceAccount() {
    return serviceAccount;
  }

  /** The role of the access; empty where none is given. */
  Optional<String> role() {
    return Optional.ofNullable(plan).map(AccessPlan::role);
  }

  /**
   * Makes the database and the directory as the files say.
   *
   * @return whether that could be done; if not, the reasons have been told
   */
  boolean apply() throws IOException {
    boolean applied = applied();
    nextTry = applied ? null : clock.instant().plus(NEXT_TRY);
    return applied;
  }

  private boolean applied() throws IOException {
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
      once(e.sentence());
      return false;
    }
  }

  private boolean apply(LocalResources resources) throws IOException {
    if (server == null) {
      touched = true;
      server = engine.prepare();
    }
    serviceAccount = resources.spec().subjects().getFirst().name();
    DatabaseIdentity database = resources.database();
    List<String> ceiling =
        resources.databaseSpec().ceiling() == null
            ? null
            : resources.databaseSpec().ceiling().schemas();
    List<String> schemas = ceiling == null ? List.of("public") : ceiling;
    List<ObservedColumn> observed = examine(resources, schemas);
    Catalogue catalogue = engine.catalogue(schemas);
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
                clock.instant(),
                observed));
    return switch (result) {
      case PlanResult.Rejected rejected -> {
        say("DatabaseAccess %s cannot be given:".formatted(options.access()));
        rejected.problems().forEach(problem -> say("  " + sentence(problem)));
        endExpired();
        yield false;
      }
      case PlanResult.Planned planned -> {
        planned.problems().forEach(problem -> once(sentence(problem)));
        hold(
            engine.apply(planned.plan()),
            EvidencePolicies.of(resources.databaseSpec().evidence(), hashKey));
        yield true;
      }
    };
  }

  /** Looks into the columns where the Database asks for it, and tells what they seem to hold. */
  private List<ObservedColumn> examine(LocalResources resources, List<String> schemas) {
    DatabaseSpec.Discovery wanted = DatabaseSpec.Discovery.of(resources.databaseSpec());
    if (wanted.mode() == DatabaseSpec.DiscoveryMode.Off) {
      return List.of();
    }
    Examination found =
        engine.examine(
            new Examination.Request(
                schemas,
                Durations.parse(Objects.requireNonNull(wanted.interval())),
                catalogue ->
                    PendingClassification.open(
                        resources.database(), resources.databaseSpec(), catalogue)));
    found.problems().forEach(this::once);
    PendingClassification.of(
            resources.database(), resources.databaseSpec(), found.catalogue(), found.columns())
        .suggestions()
        .forEach(
            each ->
                once(
                    "%s.%s seems to hold %s (%d %%, found in %d of %d values)"
                        .formatted(
                            each.relation(),
                            each.column(),
                            each.dataClass(),
                            each.confidence(),
                            each.found(),
                            each.looked())));
    return found.columns();
  }

  private void hold(Applied applied, EvidencePolicy evidence) throws IOException {
    AccessPlan next = applied.plan();
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
                Objects.requireNonNull(server).version()),
            evidence);
    boolean sameLogin =
        plan != null
            && plan.searchPath().equals(next.searchPath())
            && plan.sessions().equals(next.sessions());
    plan = next;
    leaving = null;
    if (!sameLogin || !renewal.isAfter(clock.instant())) {
      renew();
    }
    if (bundle == null || !bundle.revision().equals(compiled.revision())) {
      control.write(compiled);
      bundle = compiled;
      tellPlan(next);
    }
  }

  /** An access whose time is over ends as it does in a cluster; what else is wrong ends nothing. */
  private void endExpired() throws IOException {
    AccessPlan last = plan;
    if (last == null || last.expiresAt() == null || last.expiresAt().isAfter(clock.instant())) {
      return;
    }
    control.write(
        BundleCompiler.revoked(
            Objects.requireNonNull(bundle), "The access %s has expired.".formatted(last.access())));
    bundle = null;
    plan = null;
    leaving = last;
    leave(last);
  }

  private void leave(AccessPlan last) {
    if (engine.revoke(last.access(), last.revocation()).complete()) {
      leaving = null;
      say("%s has ended: its roles and views are gone.".formatted(last.access()));
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
    Credential credential = engine.issueLogin(Objects.requireNonNull(plan), POD);
    control.write(credential);
    Duration life = Duration.between(credential.issuedAt(), credential.validUntil());
    renewal = credential.issuedAt().plusMillis((long) (life.toMillis() * RENEWAL));
  }

  /** When something is to be done although no file has changed. */
  Instant next() {
    if (plan == null) {
      // Nothing is given, and only another file can change that; what ended may have to go yet.
      return leaving == null || nextTry == null ? Instant.MAX : nextTry;
    }
    Instant change = due(plan);
    return change != null && change.isBefore(renewal) ? change : renewal;
  }

  /** When the plan changes by itself, or is tried again where that has failed. */
  private @Nullable Instant due(AccessPlan held) {
    Instant change = held.nextChange();
    return change != null && nextTry != null && nextTry.isAfter(change) ? nextTry : change;
  }

  /** Does what is due at this time. */
  void tick() throws IOException {
    Instant now = clock.instant();
    if (plan == null) {
      if (leaving != null && nextTry != null && !nextTry.isAfter(now)) {
        nextTry = now.plus(NEXT_TRY);
        try {
          leave(leaving);
        } catch (EngineException e) {
          once(e.sentence());
        }
      }
      return;
    }
    Instant change = due(plan);
    if (change != null && !change.isAfter(now)) {
      apply();
    } else if (!renewal.isAfter(now)) {
      try {
        renew();
      } catch (EngineException e) {
        say(e.sentence());
        renewal = now.plus(NEXT_TRY);
      }
    }
  }

  /**
   * Takes back whatever was made, also where the access was never given.
   *
   * @return whether that could be done; if not, the reason has been told
   */
  boolean takeBack() {
    if (!touched) {
      return true;
    }
    AccessPlan last = plan == null ? leaving : plan;
    try {
      if (last != null) {
        engine.revoke(last.access(), Bundle.Revocation.TERMINATE);
      }
      engine.release().remaining().forEach(this::once);
      say("What was made for %s in the database is gone.".formatted(options.access()));
      return true;
    } catch (EngineException e) {
      once(e.sentence());
      return false;
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
