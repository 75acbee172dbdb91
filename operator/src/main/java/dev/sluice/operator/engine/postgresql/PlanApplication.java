package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.operator.engine.Exposure;
import dev.sluice.operator.engine.postgresql.DatabaseKnowledge.InForce;
import dev.sluice.operator.engine.postgresql.DatabaseKnowledge.Known;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.Catalogue;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a database as a plan says; the steps of one transaction. */
final class PlanApplication {
  private final Session session;
  private final AccessPlan plan;
  private final boolean kept;
  private final @Nullable InForce before;
  private final String home;
  private final Known known;
  private final PlanDifference difference;
  private final Set<Grant> wanted;
  private final GroupRole group;
  private final HolderRole holder;
  private final MaskedSchema schema;
  private final OwnerGrants owner;
  private final List<String> mended = new ArrayList<>();
  private final Set<RelationName> closed = new TreeSet<>();
  private boolean changed;

  private PlanApplication(
      Session session,
      AccessPlan plan,
      boolean kept,
      Known known,
      @Nullable InForce before,
      GroupRole group,
      String home) {
    this.session = session;
    this.plan = plan;
    this.kept = kept;
    this.known = known;
    this.home = home;
    this.before = before;
    this.difference = PlanDifference.of(before == null ? null : before.plan(), plan);
    this.wanted = wanted(plan, difference);
    this.group = group;
    this.holder = new HolderRole(session, plan.holder());
    this.schema = new MaskedSchema(session, plan.holder());
    this.owner = new OwnerGrants(session);
  }

  /**
   * What came of it.
   *
   * @param applied what was done
   * @param known what is known now
   */
  record Outcome(Applied applied, Known known) {}

  /**
   * Applies a plan, within a transaction that is alone and sees one snapshot. What is known is
   * looked at no more: what its digest is made from is what a look would read.
   *
   * @param session where
   * @param plan the plan
   * @param known what is known of the database as the transaction sees it
   * @param kept whether it is what stays of an access that cannot be given: a relation whose row
   *     filter cannot be used shows no rows then, instead of standing in the way of all others
   */
  static Outcome apply(Session session, AccessPlan plan, boolean kept, Known known)
      throws SQLException {
    GroupRole group = new GroupRole(session, plan.role(), plan.access());
    String home = Objects.requireNonNullElse(group.home(), plan.holder());
    AccessPlan here = plan.at(home);
    InForce before = kept ? null : known.inForce().get(here.holder());
    return new PlanApplication(session, here, kept, known, before, group, home).run();
  }

  /** What the holder shall hold, of what is looked at. */
  private static Set<Grant> wanted(AccessPlan plan, PlanDifference difference) {
    Set<RelationName> privileged = difference.privileged(plan.holder());
    Set<Grant> wanted = new TreeSet<>();
    for (RelationPlan relation : plan.relations()) {
      for (Grant grant : Grant.of(plan, relation)) {
        if (privileged == null || grant.relation().map(privileged::contains).orElse(true)) {
          wanted.add(grant);
        }
      }
    }
    return wanted;
  }

  private Outcome run() throws SQLException {
    boolean present = schema.exists();
    if (!group.exists()) {
      group.create();
      changed = true;
    }
    holder();
    boolean sameRoles = !changed && mended.isEmpty();
    boolean throughViews = plan.relations().stream().anyMatch(RelationPlan::throughView);
    List<MaskedView> views = views();
    if (throughViews) {
      schema.ensure(mended);
      changed |= owner.add(views, difference);
      filters();
      views = closed.isEmpty() ? views : views();
    }
    Map<RelationName, String> hashes = hashes(views);
    String hash = hash(hashes);
    boolean samePlan = hash.equals(holder.appliedPlan());
    if (throughViews) {
      views(views, samePlan, present);
      changed |= new LookupFunctions(session, plan.holder()).apply(lookups(), mended);
    } else if (present) {
      schema.drop();
      changed = true;
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
    Set<String> gone = new HashSet<>(HolderRole.prune(session));
    owner.prune(difference.losesViews() ? null : difference.only());
    changed |= !samePlan || !mended.isEmpty();
    List<Exposure> exposures = exposures(sameRoles);
    return new Outcome(
        new Applied(
            plan,
            changed,
            mended,
            exposures,
            closed.stream()
                .map("%s shows no rows until its row filter can be used"::formatted)
                .toList()),
        known(gone, hashes, exposures));
  }

  /** Where none were found before, what differs is all that can be exposed. */
  private List<Exposure> exposures(boolean sameRoles) throws SQLException {
    Exposures all = new Exposures(session, plan);
    AccessPlan unexposed = known.unexposed().get(plan.role());
    if (sameRoles && !difference.whole() && unexposed != null) {
      PlanDifference own = PlanDifference.of(unexposed, plan);
      if (all.find(own).isEmpty() && (own.equals(difference) || all.find(difference).isEmpty())) {
        return List.of();
      }
    }
    return all.find();
  }

  private Known known(Set<String> gone, Map<RelationName, String> hashes, List<Exposure> exposures)
      throws SQLException {
    Map<String, InForce> inForce = new HashMap<>(known.inForce());
    inForce.keySet().removeAll(gone);
    inForce.remove(plan.role());
    inForce.remove(plan.holder());
    // What was mended may not have let itself be mended, so it is looked at again.
    if (!kept && mended.isEmpty()) {
      inForce.put(plan.holder(), new InForce(plan, hashes));
    }
    Map<String, AccessPlan> unexposed = new HashMap<>();
    if (!changed) {
      // What is given to one access can be in the reach of another one's.
      unexposed.putAll(known.unexposed());
      unexposed.remove(plan.role());
    }
    if (exposures.isEmpty()) {
      unexposed.put(plan.role(), plan);
    }
    CatalogueDigest digest =
        session.wrote() ? Objects.requireNonNull(CatalogueDigest.of(session)) : known.digest();
    return new Known(digest, known.since(), inForce, unexposed);
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
    return difference.relations().stream()
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
    for (RelationPlan relation : difference.relations()) {
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

  /** A hash of what is made for each relation. */
  private Map<RelationName, String> hashes(List<MaskedView> views) {
    Map<RelationName, MaskedView> viewOf =
        views.stream().collect(Collectors.toMap(MaskedView::base, Function.identity()));
    Map<RelationName, String> hashes = new HashMap<>();
    for (RelationPlan relation : plan.relations()) {
      if (before != null && !difference.concerns(relation.name())) {
        hashes.put(relation.name(), Objects.requireNonNull(before.hashes().get(relation.name())));
        continue;
      }
      MaskedView view = viewOf.get(relation.name());
      StringBuilder made = new StringBuilder();
      if (view != null) {
        made.append(view.hash());
        LookupFunction.of(plan, relation, view)
            .forEach(lookup -> made.append('\n').append(lookup.hash()));
      }
      new TreeSet<>(Grant.of(plan, relation)).forEach(grant -> made.append('\n').append(grant));
      hashes.put(relation.name(), MaskedView.hash(made.toString()));
    }
    return hashes;
  }

  private static String hash(Map<RelationName, String> hashes) {
    return MaskedView.hash(
        new TreeMap<>(hashes)
            .entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("\n")));
  }

  private void views(List<MaskedView> views, boolean samePlan, boolean present)
      throws SQLException {
    if (samePlan && !present) {
      mended.add("Schema %s was missing: it was made again".formatted(plan.holder()));
    }
    MaskedSchema.Present found = schema.present(difference.viewNames());
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
    Set<RelationName> privileged = difference.privileged(plan.holder());
    HeldGrants held = HeldGrants.of(session, plan.holder(), privileged);
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
    Concerned concerned = Concerned.by(superfluous, missing, privileged);
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
   * @param relations the relations; null: so many that everything is looked at
   */
  private record Concerned(@Nullable Set<RelationName> relations) {
    private static final int MOST = 100;

    static Concerned by(
        Set<Grant> superfluous, Set<Grant> missing, @Nullable Set<RelationName> most) {
      Set<RelationName> relations = new HashSet<>();
      Stream.of(superfluous, missing)
          .flatMap(Set::stream)
          .flatMap(grant -> grant.relation().stream())
          .forEach(relations::add);
      return new Concerned(relations.size() > MOST ? most : relations);
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
    List<Catalogue.ColumnName> guarded = List.copyOf(difference.guarded());
    if (guarded.isEmpty() && !difference.whole()) {
      return;
    }
    List<String> schemas = guarded.stream().map(column -> column.relation().schema()).toList();
    List<String> tables = guarded.stream().map(column -> column.relation().name()).toList();
    List<String> columns = guarded.stream().map(Catalogue.ColumnName::column).toList();
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
