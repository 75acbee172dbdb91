package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The functions in the schema of one plan's views that find rows by masked values. */
final class LookupFunctions {
  private final Session session;
  private final String schema;

  LookupFunctions(Session session, String schema) {
    this.session = session;
    this.schema = schema;
  }

  /** A routine in the schema as it was found. */
  private record Found(String signature, String comment, String shown) {
    boolean made(LookupFunction wanted) {
      return comment.contains("[hash=%s ".formatted(wanted.hash()));
    }

    boolean intact(LookupFunction wanted) {
      return comment.endsWith(state(wanted, shown));
    }
  }

  private static String state(LookupFunction function, String shown) {
    return "[hash=%s shown=%s]".formatted(function.hash(), MaskedView.hash(shown));
  }

  /**
   * Makes the functions as wanted, once their views are there.
   *
   * @param functions the wanted ones
   * @param mended receives a sentence for each that somebody had changed
   * @return whether anything was changed
   */
  boolean apply(List<LookupFunction> functions, List<String> mended) throws SQLException {
    Map<String, Found> found = new HashMap<>();
    session
        .query(
            FOUND,
            row ->
                Map.entry(
                    row.getString(1),
                    new Found(row.getString(2), row.getString(3), row.getString(4))),
            schema)
        .forEach(each -> found.put(each.getKey(), each.getValue()));
    boolean changed = false;
    for (LookupFunction function : functions) {
      Found before = found.remove(function.name().name());
      if (before != null && before.intact(function)) {
        continue;
      }
      if (before != null) {
        if (before.made(function)) {
          mended.add("Function %s had been changed: it was made again".formatted(function.name()));
        }
        drop(before);
      }
      make(function);
      changed = true;
    }
    for (Found superfluous : found.values()) {
      drop(superfluous);
      changed = true;
    }
    return changed;
  }

  private void drop(Found routine) throws SQLException {
    session.asOwner(() -> session.run("DROP ROUTINE %s CASCADE".formatted(routine.signature())));
  }

  private void make(LookupFunction function) throws SQLException {
    session.asOwner(
        () -> {
          session.run(function.create());
          String shown = session.one(SHOWN, row -> row.getString(1), function.signature());
          session.run(
              "COMMENT ON FUNCTION %s IS %s"
                  .formatted(
                      function.signature(),
                      Sql.literal(
                          "Sluice: finds rows of view %s by the value of a masked column. %s"
                              .formatted(function.view().name(), state(function, shown)))));
        });
  }

  private static final String SHOWS =
      "pg_catalog.pg_get_functiondef(p.oid) || pg_catalog.pg_get_userbyid(p.proowner)"
          + " || (p.proacl IS NULL OR EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) x"
          + " WHERE x.grantee = 0))::text";

  private static final String SHOWN =
      "SELECT %s FROM pg_catalog.pg_proc p WHERE p.oid = ?::regprocedure".formatted(SHOWS);

  /** The schema's owner may drop what others put into it, whatever it is. */
  private static final String FOUND =
      """
      SELECT p.proname, p.oid::regprocedure::text, coalesce(d.description, ''),
             CASE WHEN p.prokind IN ('f', 'p') THEN %s ELSE '' END
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      LEFT JOIN pg_catalog.pg_description d
        ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::regclass
      WHERE n.nspname = ?
      """
          .formatted(SHOWS);
}
