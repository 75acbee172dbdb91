package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.operator.engine.Server;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Makes the owner of masked views, its schema, the mask functions and the key. */
final class Preparation {
  private static final String OWNER_COMMENT =
      "Sluice: owns the masked views and their key; sessions never run as this role.";

  private final Session session;
  private final List<String> mended = new ArrayList<>();

  Preparation(Session session) {
    this.session = session;
  }

  Server run() throws SQLException {
    session.alone();
    rights();
    owner();
    schema();
    return new Server(
        session.versionText(),
        session.endpoint(),
        new OwnerRights(session).members(mended),
        mended);
  }

  static void version(Session session) {
    if (session.version() < Session.OLDEST_VERSION) {
      throw new EngineException(
          Category.UnsupportedVersion,
          "the server is PostgreSQL %s".formatted(session.versionText()),
          "Use PostgreSQL 14 or newer");
    }
  }

  private void rights() throws SQLException {
    if (session.superuser()) {
      return;
    }
    if (!session.holds(
        "SELECT rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user")) {
      throw new EngineException(
          Category.InsufficientRights,
          "role %s may not create roles".formatted(session.user()),
          "ALTER ROLE %s CREATEROLE".formatted(Sql.name(session.user())));
    }
    if (!session.holds("SELECT pg_catalog.has_database_privilege(current_database(), 'CREATE')")) {
      throw new EngineException(
          Category.InsufficientRights,
          "role %s may not create schemas in database %s"
              .formatted(session.user(), session.database()),
          "GRANT CREATE ON DATABASE %s TO %s"
              .formatted(Sql.name(session.database()), Sql.name(session.user())));
    }
  }

  private void owner() throws SQLException {
    String owner = Sql.name(RoleNames.OWNER);
    if (!session.any("SELECT FROM pg_catalog.pg_roles WHERE rolname = ?", RoleNames.OWNER)) {
      session.run("CREATE ROLE %s NOLOGIN NOINHERIT".formatted(owner));
    }
    if (!GroupRole.comment(session, RoleNames.OWNER).equals(OWNER_COMMENT)) {
      session.run("COMMENT ON ROLE %s IS %s".formatted(owner, Sql.literal(OWNER_COMMENT)));
    }
    if (session.holds(
        "SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = ?",
        RoleNames.OWNER)) {
      mended.add(
          "Role %s had been given LOGIN, SUPERUSER or BYPASSRLS: it was taken away"
              .formatted(RoleNames.OWNER));
      // As one of these it would see past row-level security, or could be logged in as.
      session.run(
          "ALTER ROLE %s NOLOGIN%s"
              .formatted(owner, session.superuser() ? " NOSUPERUSER NOBYPASSRLS" : ""));
    }
    Membership.ensure(session, RoleNames.OWNER);
  }

  private void schema() throws SQLException {
    List<String> owners =
        session.query(
            "SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace WHERE nspname"
                + " = ?",
            row -> row.getString(1),
            RoleNames.SCHEMA);
    if (owners.isEmpty()) {
      session.run(
          "CREATE SCHEMA %s AUTHORIZATION %s"
              .formatted(Sql.name(RoleNames.SCHEMA), Sql.name(RoleNames.OWNER)));
    } else if (!owners.getFirst().equals(RoleNames.OWNER)) {
      throw new EngineException(
          Category.InsufficientRights,
          "schema %s belongs to %s".formatted(RoleNames.SCHEMA, owners.getFirst()),
          "Sluice keeps its functions and its key there: rename yours, or ALTER SCHEMA %s OWNER TO %s"
              .formatted(RoleNames.SCHEMA, RoleNames.OWNER));
    }
    new MaskFunctions(session).ensure(mended);
    session.asOwner(
        () -> {
          session.run(MaskKey.TABLES);
          session.run(TABLES);
          session.run(GivenSpecs.TABLE);
          session.run(Examiner.TABLE);
          session.run(SchemaWatch.TABLE);
          session.run(ShadowWatch.TABLE);
          session.run(ConnectLockdown.TABLE);
        });
    new OwnerRights(session).mend(mended);
  }

  private static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS sluice.masked_columns (
        relation oid NOT NULL,
        number smallint NOT NULL,
        name text NOT NULL
      );
      ALTER TABLE sluice.masked_columns
        DROP CONSTRAINT IF EXISTS masked_columns_pkey,
        ADD COLUMN IF NOT EXISTS table_schema text NOT NULL DEFAULT '',
        ADD COLUMN IF NOT EXISTS table_name text NOT NULL DEFAULT '';
      CREATE UNIQUE INDEX IF NOT EXISTS masked_columns_names
        ON sluice.masked_columns (relation, number, table_schema, table_name, name)\
      """;
}
