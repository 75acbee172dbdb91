package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.RoleNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * The mask functions, the one that counts look-ups, and those that tell tools of tables in the
 * place of their views. The comment of their schema tells what they were made from and how the
 * server showed them then, so that a newer release is told from somebody else's change.
 */
final class MaskFunctions {
  private final Session session;

  MaskFunctions(Session session) {
    this.session = session;
  }

  /**
   * Makes them where they are missing, older or changed.
   *
   * @param mended receives a sentence where somebody had changed them
   */
  void ensure(List<String> mended) throws SQLException {
    String source = source();
    String made = "[functions=%s shown=".formatted(MaskedView.hash(source));
    String present =
        session.one(
            "SELECT coalesce(pg_catalog.obj_description(?::regnamespace, 'pg_namespace'), '')",
            row -> row.getString(1),
            RoleNames.SCHEMA);
    if (present.endsWith(made + MaskedView.hash(shown()) + "]")) {
      return;
    }
    if (present.contains(made)) {
      mended.add("Functions in schema sluice had been changed: they were made again");
    }
    owners();
    session.asOwner(() -> session.run(source));
    others();
    session.asOwner(
        () ->
            session.run(
                "COMMENT ON SCHEMA sluice IS "
                    + Sql.literal(
                        "Sluice: mask functions, their key, and what was masked. %s%s]"
                            .formatted(made, MaskedView.hash(shown())))));
  }

  private String shown() throws SQLException {
    return session.one(
        """
        SELECT coalesce(string_agg(
                 CASE WHEN p.prokind IN ('f', 'p') THEN pg_catalog.pg_get_functiondef(p.oid)
                      ELSE p.oid::regprocedure::text END
                 || pg_catalog.pg_get_userbyid(p.proowner), E'\n' ORDER BY p.oid::regprocedure::text), '')
        FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'sluice'::regnamespace
        """,
        row -> row.getString(1));
  }

  /** Removes what belongs to somebody else, or takes it back. */
  private void owners() throws SQLException {
    List<String> strange =
        session.query(
            """
            SELECT p.oid::regprocedure::text
            FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'sluice'::regnamespace AND pg_catalog.pg_get_userbyid(p.proowner) <> ?
            """,
            row -> row.getString(1),
            RoleNames.OWNER);
    for (String routine : strange) {
      if (!dropped(routine)) {
        session.run("ALTER ROUTINE %s OWNER TO %s".formatted(routine, Sql.name(RoleNames.OWNER)));
      }
    }
  }

  /** Removes what was not made in this transaction, unless something uses it. */
  private void others() throws SQLException {
    List<String> strange =
        session.query(
            """
            SELECT p.oid::regprocedure::text
            FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'sluice'::regnamespace AND p.xmin <> pg_catalog.pg_current_xact_id()::xid
            """,
            row -> row.getString(1));
    for (String routine : strange) {
      dropped(routine);
    }
  }

  /** Whether a routine could be removed; views that use one keep it. */
  private boolean dropped(String routine) throws SQLException {
    try {
      session.attempt(() -> session.asOwner(() -> session.run("DROP ROUTINE " + routine)));
      return true;
    } catch (SQLException e) {
      if (!ServerErrors.DEPENDENT_OBJECTS.equals(e.getSQLState())) {
        throw e;
      }
      return false;
    }
  }

  private static String source() {
    return resource("masks.sql")
        + resource("catalogue.sql")
        + resource("lookups.sql")
        + resource("migrations.sql");
  }

  private static String resource(String name) {
    try (InputStream file = Objects.requireNonNull(MaskFunctions.class.getResourceAsStream(name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
