package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.postgresql.CatalogueDigest.Source;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which catalogues tell of what somebody changes: without the ones that are named here the digest
 * would stay the same, and the next apply would not look.
 */
class CatalogueDigestTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT, UPDATE]}
      - {tables: [public.orders], privileges: [SELECT, INSERT]}
      """;

  private final Map<String, Set<String>> expected = new LinkedHashMap<>();
  private final Map<String, Set<String>> found = new LinkedHashMap<>();

  @EngineCase
  void tellsOfWhatSomebodyChanges(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    String role = Sql.name(plan.holder());
    String view = Sql.name(plan.holder(), "customers");
    String stranger = Sql.name(TestServer.unique("stranger"));
    shop.server.superuser(shop.database, "CREATE ROLE " + stranger);

    told(shop, "GRANT DELETE ON public.orders TO " + role, "pg_class");
    told(shop, "GRANT SELECT ON public.customers TO " + role, "pg_class");
    told(shop, "GRANT SELECT (ssn) ON public.customers TO " + role, "pg_attribute");
    told(shop, "GRANT USAGE ON LANGUAGE plpgsql TO " + role, "pg_shdepend");
    told(shop, "GRANT SELECT (ssn) ON public.customers TO PUBLIC", "pg_attribute");
    told(shop, "REVOKE SELECT (ssn) ON public.customers FROM PUBLIC", "pg_attribute");
    told(shop, "GRANT SELECT ON public.customers TO PUBLIC", "pg_class");
    told(shop, "GRANT CREATE ON SCHEMA public TO " + role, "pg_namespace");
    told(shop, "CREATE SCHEMA other", "pg_namespace");
    told(
        shop,
        "CREATE OR REPLACE VIEW %s AS SELECT * FROM public.customers".formatted(view),
        "pg_class",
        "pg_rewrite");
    told(shop, "COMMENT ON VIEW %s IS 'mine'".formatted(view), "pg_description");
    told(shop, "ALTER TABLE public.customers RENAME COLUMN ssn TO social", "pg_attribute");
    told(shop, "ALTER TABLE public.customers ADD COLUMN more text", "pg_class", "pg_attribute");
    told(shop, "ALTER TABLE public.customers DROP COLUMN more", "pg_attribute");
    told(shop, "ALTER TABLE public.orders OWNER TO " + stranger, "pg_class", "pg_type");
    told(
        shop,
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
        "pg_proc");
    told(shop, "ALTER FUNCTION public.f() SECURITY INVOKER", "pg_proc");
    told(
        shop,
        "CREATE FUNCTION public.g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "pg_proc");
    told(
        shop,
        "CREATE TRIGGER g INSTEAD OF UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION public.g()"
            .formatted(view),
        "pg_class",
        "pg_trigger");
    told(shop, "DROP TRIGGER g ON " + view, "pg_trigger");
    told(
        shop,
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public GRANT SELECT ON TABLES TO %s"
            .formatted(shop.adminRole, role),
        "pg_default_acl",
        "pg_shdepend");
    told(shop, "GRANT pg_read_all_data TO " + stranger, "pg_auth_members");
    told(shop, "ALTER ROLE %s CREATEDB".formatted(stranger), "roles");
    told(shop, "CREATE TYPE public.mood AS ENUM ('good')", "pg_enum", "pg_type");
    told(shop, "ALTER TYPE public.mood ADD VALUE 'bad'", "pg_enum");
    told(
        shop,
        "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;"
            + " CREATE POLICY p ON public.orders USING (true)",
        "pg_class",
        "pg_policy");
    told(
        shop,
        "ALTER TABLE public.orders ALTER COLUMN total SET DEFAULT 1",
        "pg_attribute",
        "pg_attrdef");
    told(
        shop,
        "ALTER TABLE public.orders ALTER COLUMN total SET DEFAULT 2",
        "pg_attribute",
        "pg_attrdef");
    told(
        shop,
        "CREATE TABLE public.child () INHERITS (public.secrets)",
        "pg_inherits",
        "pg_class",
        "pg_attribute",
        "pg_type");
    told(shop, "ALTER EXTENSION plpgsql ADD FUNCTION public.f()", "pg_depend");
    told(shop, "ALTER EXTENSION plpgsql DROP FUNCTION public.f()", "pg_depend");
    told(shop, "DELETE FROM sluice.masked_columns WHERE name = 'card'", "masked_columns");
    told(
        shop,
        "ALTER DATABASE %s OWNER TO %s".formatted(Sql.name(shop.database), stranger),
        "database");
    assertThat(found).isEqualTo(expected);
    shop.close();
  }

  /** What happens all the time and opens nothing. */
  @EngineCase
  void isTheSameWhileNothingOfMeaningChanges(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    shop.engine.apply(shop.plan(GRANTS));
    CatalogueDigest before = digest(shop);
    shop.admin("VACUUM ANALYZE");
    shop.admin("CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY, what text DEFAULT 'x')");
    shop.admin("INSERT INTO orders (customer_id, total) VALUES (1, 1)");
    assertThat(digest(shop)).isEqualTo(before);
    shop.close();
  }

  private static CatalogueDigest digest(Governed shop) throws SQLException {
    try (Session session = session(shop)) {
      return session.inSnapshot(() -> Objects.requireNonNull(CatalogueDigest.of(session)));
    }
  }

  private static Session session(Governed shop) throws SQLException {
    return new Connector(shop.connection(shop.adminRole, "admin-password")).connect();
  }

  private void told(Governed shop, String change, String... sources) throws SQLException {
    Map<String, CatalogueDigest> before = parts(shop);
    shop.server.superuser(shop.database, change);
    Map<String, CatalogueDigest> after = parts(shop);
    Set<String> told = new TreeSet<>();
    after.forEach(
        (source, digest) -> {
          if (!digest.equals(before.get(source))) {
            told.add(source);
          }
        });
    expected.put(change, new TreeSet<>(Set.of(sources)));
    found.put(change, told);
  }

  /** One digest for each source, less what all of them have. */
  private static Map<String, CatalogueDigest> parts(Governed shop) throws SQLException {
    try (Session session = session(shop)) {
      return session.inSnapshot(
          () -> {
            CatalogueDigest common =
                Objects.requireNonNull(CatalogueDigest.of(session, List.of(), List.of()));
            Map<String, CatalogueDigest> parts = new TreeMap<>();
            parts.put("database", new CatalogueDigest(common.objects(), ""));
            parts.put("roles", new CatalogueDigest("", common.roles()));
            List<Source> sources =
                Stream.concat(CatalogueDigest.OBJECTS.stream(), CatalogueDigest.ROLES.stream())
                    .toList();
            for (Source source : sources) {
              CatalogueDigest one =
                  Objects.requireNonNull(CatalogueDigest.of(session, List.of(source), List.of()));
              parts.put(
                  source.catalogue().replaceFirst("^.*\\.", ""),
                  new CatalogueDigest(one.objects().substring(common.objects().length()), ""));
            }
            return parts;
          });
    }
  }
}
