package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.Catalogue;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a database as a plan says; the steps of one transaction. */
final class PlanApplication {
  private final Session session;
  private final AccessPlan plan;
  private final boolean kept;
  private final String home;
  private final Set<Grant> wanted;
  private final GroupRole group;
  private final HolderRole holder;
  private final MaskedSchema schema;
  private final OwnerGrants owner;
  private final List<String> mended = new ArrayList<>();
  private final Set<RelationName> closed = new TreeSet<>();
  private boolean changed;

  private PlanApplication(
      Session session, AccessPlan plan, boolean kept, GroupRole group, String home) {
    this.session = session;
    this.plan = plan;
    this.kept = kept;
    this.home = home;
    this.wanted = Grant.of(plan);
    this.group = group;
    this.holder = new HolderRole(session, plan.holder());
    this.schema = new MaskedSchema(session, plan.holder());
    this.owner = new OwnerGrants(session);
  }

  /**
   * Applies a plan, within a transaction.
   *
   * @param session where
   * @param plan the plan
   * @param kept whether it is what stays of an access that cannot be given: a relation whose row
   *     filter cannot be used shows no rows then, instead of standing in the way of all others
   */
  static Applied apply(Session session, AccessPlan plan, boolean kept) throws SQLException {
    session.alone();
    GroupRole group = new GroupRole(session, plan.role(), plan.access());
    String home = Objects.requireNonNullElse(group.home(), plan.holder());
    return new PlanApplication(session, plan.at(home), kept, group, home).run();
  }

  private Applied run() throws SQLException {
    boolean present = schema.exists();
    if (!group.exists()) {
      group.create();
      changed = true;
    }
    holder();
    if (!views().isEmpty()) {
      schema.ensure(mended);
      changed |= owner.add(views());
      filters();
    }
    List<MaskedView> views = views();
    List<LookupFunction> lookups = lookups();
    String hash = hash(views, lookups);
    boolean samePlan = hash.equals(holder.appliedPlan());
    views(views, samePlan, present);
    if (!views.isEmpty()) {
      changed |= new LookupFunctions(session, plan.holder()).apply(lookups, mended);
    }
    new LookupTurns(session).ensure(plan);
    grants(samePlan);
    leaveOwn();
    note();
    if (!kept) {
      new GivenSpecs(session).note(plan);
    }
    if (shared()) {
      holder.describe(hash);
    }
    group.describe(home, shared() ? null : hash);
    HolderRole.prune(session);
    owner.prune();
    return new Applied(
        plan,
        changed || !samePlan || !mended.isEmpty(),
        mended,
        new Exposures(session, plan).find(),
        closed.stream()
            .map("%s shows no rows until its row filter can be used"::formatted)
            .toList());
  }

  private boolean shared() {
    return !plan.holder().equals(plan.role());
  }

  private void holder() throws SQLException {
    if (shared()) {
      changed |= holder.ensure();
      holder.mend(mended);
    }
    changed |= group.join(plan.holder());
    mended.addAll(group.mend(plan.holder()));
  }

  /** An access that shares holds nothing by itself. */
  private void leaveOwn() throws SQLException {
    if (shared()) {
      MaskedSchema own = new MaskedSchema(session, plan.role());
      if (own.exists()) {
        own.drop();
        changed = true;
      }
      if (group.alone()) {
        HolderRole.takeGrants(session, plan.role());
        changed = true;
      } else {
        new RoleDrift(session, mended).nothing(plan.role());
      }
    }
  }

  private List<MaskedView> views() {
    return plan.relations().stream()
        .filter(RelationPlan::throughView)
        .map(relation -> MaskedView.of(plan, relation, closed.contains(relation.name())))
        .toList();
  }

  private List<LookupFunction> lookups() {
    return plan.relations().stream()
        .filter(RelationPlan::throughView)
        .filter(RelationPlan::looksUp)
        .flatMap(
            relation ->
                LookupFunction.of(
                    plan, relation, MaskedView.of(plan, relation, closed.contains(relation.name())))
                    .stream())
        .toList();
  }

  private void filters() throws SQLException {
    RowFilterCheck check = new RowFilterCheck(session);
    for (RelationPlan relation : plan.relations()) {
      EngineException problem =
          relation.rows() == null ? null : check.problem(plan.holder(), relation);
      if (problem != null) {
        if (!kept) {
          throw problem;
        }
        closed.add(relation.name());
      }
    }
  }

  private String hash(List<MaskedView> views, List<LookupFunction> lookups) {
    return MaskedView.hash(
        views.stream().map(MaskedView::hash).collect(Collectors.joining("\n"))
            + lookups.stream().map(LookupFunction::hash).collect(Collectors.joining("\n"))
            + wanted.stream().map(Grant::toString).collect(Collectors.joining("\n")));
  }

  private void views(List<MaskedView> views, boolean samePlan, boolean present)
      throws SQLException {
    if (views.isEmpty()) {
      if (present) {
        schema.drop();
        changed = true;
      }
      return;
    }
    if (samePlan && !present) {
      mended.add("Schema %s was missing: it was made again".formatted(plan.holder()));
    }
    MaskedSchema.Present found = schema.present();
    Set<String> before = found.names();
    if (samePlan && present) {
      views.stream()
          .filter(view -> !before.contains(view.name().name()))
          .forEach(
              view -> mended.add("View %s was missing: it was made again".formatted(view.name())));
      Set<String> names =
          views.stream().map(view -> view.name().name()).collect(Collectors.toSet());
      before.stream()
          .filter(name -> !names.contains(name))
          .forEach(
              name ->
                  mended.add(
                      "%s had been put into schema %s: it was removed"
                          .formatted(name, plan.holder())));
    }
    changed |= schema.apply(views, found, mended);
  }

  private void grants(boolean samePlan) throws SQLException {
    HeldGrants held = HeldGrants.of(session, plan.holder());
    Set<Grant> superfluous = new TreeSet<>(held.grants());
    superfluous.removeAll(wanted);
    Set<Grant> missing = new TreeSet<>(wanted);
    missing.removeAll(held.grants());
    if (samePlan) {
      if (!superfluous.isEmpty()) {
        mended.add(
            "Role %s had been given %s: it was taken away"
                .formatted(plan.holder(), Grant.sentences(superfluous)));
      }
      Set<Grant> lost = new TreeSet<>(missing);
      // A view that was made again lost its privileges with it; that was told already.
      lost.removeIf(grant -> grant.schema().equals(plan.holder()));
      if (!lost.isEmpty()) {
        mended.add(
            "Role %s had lost %s: it was given again"
                .formatted(plan.holder(), Grant.sentences(lost)));
      }
    }
    change(superfluous, false);
    options(held);
    new RoleDrift(session, mended).others(plan.holder(), held);
    Concerned concerned = Concerned.by(superfluous, missing);
    if (!superfluous.isEmpty()) {
      // What is taken from a table is taken from each of its columns, too.
      missing = concerned.among(wanted);
      missing.removeAll(HeldGrants.on(session, plan.holder(), concerned.relations()));
    }
    change(missing, true);
    if (!superfluous.isEmpty() || !missing.isEmpty()) {
      changed = true;
      verify(concerned);
    }
  }

  /**
   * What a change of privileges is about: looking at thousands of tables again for one takes long.
   *
   * @param relations the relations; null: so many that all are looked at
   */
  private record Concerned(@Nullable Set<RelationName> relations) {
    private static final int MOST = 100;

    static Concerned by(Set<Grant> superfluous, Set<Grant> missing) {
      Set<RelationName> relations = new HashSet<>();
      Stream.of(superfluous, missing)
          .flatMap(Set::stream)
          .flatMap(grant -> grant.relation().stream())
          .forEach(relations::add);
      return new Concerned(relations.size() > MOST ? null : relations);
    }

    Set<Grant> among(Set<Grant> grants) {
      Set<RelationName> some = relations;
      return grants.stream()
          .filter(
              grant ->
                  some == null
                      || grant.relation().isEmpty()
                      || some.contains(grant.relation().get()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void options(HeldGrants held) throws SQLException {
    Set<Grant> grantable = new TreeSet<>(held.grantable());
    grantable.retainAll(wanted);
    for (String statement : Grant.statements(grantable, plan.holder(), false)) {
      session.run(statement.replaceFirst("^REVOKE ", "REVOKE GRANT OPTION FOR "));
    }
    if (!grantable.isEmpty()) {
      mended.add(
          "Role %s had been allowed to pass on %s: it no longer is"
              .formatted(plan.holder(), Grant.sentences(grantable)));
    }
  }

  private void change(Set<Grant> grants, boolean give) throws SQLException {
    Set<Grant> own = new TreeSet<>(grants);
    own.removeIf(grant -> !grant.schema().equals(plan.holder()));
    Set<Grant> base = new TreeSet<>(grants);
    base.removeAll(own);
    if (!own.isEmpty()) {
      session.asOwner(() -> run(Grant.statements(own, plan.holder(), give)));
    }
    run(Grant.statements(base, plan.holder(), give));
  }

  private void run(List<String> statements) throws SQLException {
    for (String statement : statements) {
      session.run(statement);
    }
  }

  /** A server gives less than it was asked for, with a mere warning, where the admin may not. */
  private void verify(Concerned concerned) throws SQLException {
    Set<Grant> held = HeldGrants.on(session, plan.holder(), concerned.relations());
    Set<Grant> missing = concerned.among(wanted);
    missing.removeAll(held);
    Set<Grant> superfluous = new TreeSet<>(held);
    superfluous.removeAll(wanted);
    if (!missing.isEmpty()) {
      throw new EngineException(
          Category.InsufficientRights,
          "role %s could not grant %s".formatted(session.user(), Grant.sentences(missing)),
          "Make it the owner of these, or a member of the owner, or grant it these WITH GRANT"
              + " OPTION");
    }
    if (!superfluous.isEmpty()) {
      throw new EngineException(
          Category.InsufficientRights,
          "role %s could not take %s away from %s, which somebody else granted"
              .formatted(session.user(), Grant.sentences(superfluous), plan.holder()),
          "Have it revoked by who granted it");
    }
  }

  /** Remembers masked columns by number, so that what is renamed stays masked. */
  private void note() throws SQLException {
    List<String> schemas =
        plan.guarded().stream().map(column -> column.relation().schema()).toList();
    List<String> tables = plan.guarded().stream().map(column -> column.relation().name()).toList();
    List<String> columns = plan.guarded().stream().map(Catalogue.ColumnName::column).toList();
    session.asOwner(
        () -> {
          session.run(
              "DELETE FROM sluice.masked_columns m WHERE NOT EXISTS (SELECT FROM"
                  + " pg_catalog.pg_class c WHERE c.oid = m.relation)");
          session.update(
              """
              INSERT INTO sluice.masked_columns (relation, number, table_schema, table_name, name)
              SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname
              FROM unnest(?::text[], ?::text[], ?::text[]) AS x (schema, relation, name)
              JOIN pg_catalog.pg_namespace n ON n.nspname = x.schema
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = x.relation
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = x.name
              ON CONFLICT DO NOTHING
              """,
              schemas,
              tables,
              columns);
        });
  }
}
