package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Accesses that ask for the same share a role that holds it, and a schema of views. */
class SharedPlanTest {
  private static final String CUSTOMERS = "- {tables: [public.customers], privileges: [SELECT]}";
  private static final String NAMES =
      "- {tables: [public.customers], privileges: [SELECT], columns: [id, name]}";

  @EngineCase
  void oneSchemaIsEnough(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan first = plan(shop, "first", CUSTOMERS);
    AccessPlan second = plan(shop, "second", CUSTOMERS);
    AccessPlan other = plan(shop, "other", NAMES);
    shop.engine.apply(first);
    String view = views(shop);
    assertThat(shop.engine.apply(second).mended()).isEmpty();
    assertThat(views(shop)).isEqualTo(view);
    assertThat(shop.engine.apply(first).changed()).isFalse();
    shop.engine.apply(other);
    assertThat(schemas(shop)).containsExactlyInAnyOrder(first.holder(), other.holder());

    Connection one = shop.login(first);
    Connection another = shop.login(second);
    assertThat(strings(one, "SELECT ssn FROM customers WHERE id = 1"))
        .isEqualTo(strings(another, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(strings(one, "SELECT current_user")).containsExactly(first.role());
    denied(one, "SELECT ssn FROM public.customers");

    // A stricter policy is one change for both.
    String stricter = Governed.POLICY.replace("characters: 2", "characters: 1");
    shop.engine.apply(shop.plan(Governed.access("first", CUSTOMERS), Governed.DATABASE, stricter));
    assertThat(strings(another, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("**********1");

    shop.engine.revoke(first.access(), Bundle.Revocation.TERMINATE);
    assertThat(strings(another, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("**********1");
    shop.engine.revoke(second.access(), Bundle.Revocation.TERMINATE);
    assertThat(schemas(shop)).containsExactly(other.holder());
    shop.engine.revoke(other.access(), Bundle.Revocation.TERMINATE);
    assertThat(roles(shop)).isEmpty();
    assertThat(shop.engine.release().complete()).isTrue();
    shop.close();
  }

  @EngineCase
  void openSessionSeesAnotherPlanAtItsNextStatement(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan before = plan(shop, "first", CUSTOMERS);
    shop.engine.apply(before);
    shop.engine.apply(plan(shop, "second", CUSTOMERS));
    Connection session = shop.login(before);
    PreparedStatement prepared = session.prepareStatement("SELECT * FROM customers WHERE id = 1");
    // Often enough for the driver to prepare it at the server.
    for (int time = 0; time < 10; time++) {
      assertThat(columns(prepared)).isGreaterThan(2);
    }

    AccessPlan after = shop.engine.apply(plan(shop, "first", NAMES)).plan();

    assertThat(after.holder()).isEqualTo(after.role());
    assertThat(strings(session, "SELECT name FROM customers WHERE id = 1")).hasSize(1);
    assertThat(columns(session.prepareStatement("SELECT * FROM customers WHERE id = 1")))
        .isEqualTo(2);
    denied(session, "SELECT ssn FROM \"%s\".customers".formatted(before.holder()));
    assertThat(schemas(shop)).containsExactlyInAnyOrder(before.holder(), after.role());

    AccessPlan back = shop.engine.apply(plan(shop, "first", CUSTOMERS)).plan();
    assertThat(back.holder()).isEqualTo(before.holder());
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(schemas(shop)).containsExactly(before.holder());
    shop.close();
  }

  @EngineCase
  void withoutSessionsAnAccessMovesOn(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    shop.engine.apply(plan(shop, "first", CUSTOMERS));
    AccessPlan names = plan(shop, "first", NAMES);
    assertThat(shop.engine.apply(names).plan().holder()).isEqualTo(names.holder());
    assertThat(schemas(shop)).containsExactly(names.holder());
    assertThat(strings(shop.login(names), "SELECT * FROM customers WHERE id = 1")).hasSize(1);
    shop.close();
  }

  @EngineCase
  void policyMayChooseItsAccesses(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String policy =
        """
        metadata: {name: support}
        spec:
          accesses: {purposes: [support]}
          rules:
          - {match: {classes: [pii.national-id]}, mask: {type: Nullify}}
        """;
    String support =
        Governed.access("desk", CUSTOMERS).replace("purpose: order-processing", "purpose: support");
    AccessPlan plain = plan(shop, "first", CUSTOMERS);
    AccessPlan other =
        shop.plan(Governed.access("first", CUSTOMERS), Governed.DATABASE, Governed.POLICY, policy);
    AccessPlan desk = shop.plan(support, Governed.DATABASE, Governed.POLICY, policy);
    assertThat(other.holder()).isEqualTo(plain.holder()).isNotEqualTo(desk.holder());
    shop.engine.apply(other);
    shop.engine.apply(desk);
    String read = "SELECT ssn FROM customers WHERE id = 1";
    assertThat(strings(shop.login(other), read)).containsExactly("*********31");
    assertThat(strings(shop.login(desk), read)).containsExactly("null");
    shop.close();
  }

  @EngineCase
  void revocationAsksNoComment(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = plan(shop, "first", CUSTOMERS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String comment = "COMMENT ON ROLE \"%s\" IS 'mine'".formatted(plan.holder());
    shop.server.superuser(shop.database, comment);
    shop.engine.apply(plan);
    assertThat(roles(shop)).containsExactly(plan.holder());

    shop.server.superuser(shop.database, comment);
    CompletableFuture<List<String>> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return strings(session, "SELECT pg_sleep(60)::text");
              } catch (SQLException e) {
                return List.of();
              }
            });
    await()
        .until(
            () ->
                shop.superuser(
                            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE"
                                + " 'SELECT pg_sleep(60)%'")
                        .size()
                    == 1);
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.FINISH_STATEMENT).complete())
        .isFalse();
    assertThat(
            shop.superuser(
                "SELECT pg_has_role('%s', '%s', 'MEMBER')".formatted(plan.role(), plan.holder())))
        .containsExactly("f");
    shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE);
    running.join();
    shop.close();
  }

  @EngineCase
  void strangersGetNothingOfIt(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = plan(shop, "first", CUSTOMERS);
    shop.engine.apply(plan);
    String stranger = shop.database + "_stranger";
    shop.server.superuser(
        shop.database,
        "CREATE ROLE %2$s; SET ROLE %3$s; GRANT \"%1$s\" TO %2$s"
            .formatted(plan.holder(), stranger, shop.adminRole));
    assertThat(shop.engine.apply(plan).mended())
        .containsExactly(
            "Role %s had been made a member of %s: it was taken out"
                .formatted(stranger, plan.holder()));
    assertThat(
            shop.superuser(
                "SELECT pg_has_role('%s', '%s', 'MEMBER')".formatted(stranger, plan.holder())))
        .containsExactly("f");
    shop.server.superuser(
        shop.database, "GRANT SELECT ON public.customers TO \"%s\"".formatted(plan.role()));
    assertThat(shop.engine.apply(plan).mended())
        .containsExactly(
            "Role %s had been given SELECT on public.customers: it was taken away"
                .formatted(plan.role()));
    shop.server.superuser(
        shop.database,
        "SET ROLE %s; REVOKE \"%s\" FROM \"%s\""
            .formatted(shop.adminRole, plan.holder(), plan.role()));
    assertThat(shop.engine.apply(plan).changed()).isTrue();
    assertThat(strings(shop.login(plan), "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    shop.close();
  }

  private static AccessPlan plan(Governed shop, String name, String grants) {
    return shop.plan(Governed.access(name, grants), Governed.DATABASE, Governed.POLICY);
  }

  private static int columns(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.getMetaData().getColumnCount();
    }
  }

  private static String views(Governed shop) throws SQLException {
    return String.join(
        ",",
        shop.superuser(
            "SELECT c.oid::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname LIKE 'sluice\\_%' AND c.relkind = 'v' ORDER BY 1"));
  }

  private static List<String> schemas(Governed shop) throws SQLException {
    return shop.superuser(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'sluice\\_%' ORDER BY 1");
  }

  private static List<String> roles(Governed shop) throws SQLException {
    return shop.superuser(
        """
        SELECT r.rolname FROM pg_roles r
        JOIN pg_shdescription d ON d.objoid = r.oid
        WHERE d.description LIKE 'Sluice: what DatabaseAccesses %%database %s;%%'
        """
            .formatted(shop.database));
  }
}
