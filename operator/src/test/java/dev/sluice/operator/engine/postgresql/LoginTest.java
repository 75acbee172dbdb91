package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.engine.EngineException;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The logins of pods. */
class LoginTest {
  private static final String ACCESS =
      Governed.access("orders", "- {tables: [public.customers], privileges: [SELECT]}")
          + "  sessions: {max: 3, statementTimeout: 7s}\n  credentials: {lifetime: 10m}\n";

  @EngineCase
  void twoLoginsTakeTurns(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    Credential first = shop.engine.issueLogin(plan, "pod-1");
    Connection session = shop.login(first);
    Credential second = shop.engine.issueLogin(plan, "pod-1");
    Credential third = shop.engine.issueLogin(plan, "pod-1");
    assertThat(first.username()).endsWith("_a");
    assertThat(second.username()).endsWith("_b");
    assertThat(third.username()).isEqualTo(first.username());
    assertThat(first.username()).hasSizeLessThanOrEqualTo(63);
    assertThat(Duration.between(first.issuedAt(), first.validUntil()))
        .isEqualTo(Duration.ofMinutes(10));
    // The one before goes on beside the newest; its own successor has another password.
    shop.login(second);
    shop.login(third);
    assertThatThrownBy(() -> shop.login(first))
        .isInstanceOf(SQLException.class)
        .extracting("SQLState")
        .isEqualTo("28P01");
    assertThat(strings(session, "SELECT count(*) FROM customers")).containsExactly("20");
    assertThat(shop.engine.podsWithLogin(plan.access())).isEqualTo(1);
    shop.close();
  }

  @EngineCase
  void sessionsRunAsTheGroup(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    Credential credential = shop.engine.issueLogin(plan, "pod-1");
    Connection session = shop.login(credential);
    assertThat(strings(session, "SELECT current_user")).containsExactly(plan.role());
    assertThat(strings(session, "SELECT session_user")).containsExactly(credential.username());
    assertThat(strings(session, "SHOW statement_timeout")).containsExactly("7s");
    assertThat(strings(session, "SELECT unnest(current_schemas(false))"))
        .containsExactly(plan.holder(), "public");
    shop.login(credential);
    shop.login(credential);
    assertThatThrownBy(() -> shop.login(credential)).hasMessageContaining("too many connections");
    // No password stands in the catalogue, and no role says whose it is but by its comment.
    assertThat(
            shop.superuser(
                "SELECT rolpassword FROM pg_authid WHERE rolname = '%s'"
                    .formatted(credential.username())))
        .singleElement()
        .asString()
        .startsWith("SCRAM-SHA-256$4096:")
        .doesNotContain(credential.password());
    assertThat(
            shop.superuser(
                "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname IN ('%s', '%s')"
                    .formatted(credential.username(), plan.role())))
        .allMatch(comment -> comment.contains("DatabaseAccess shop/orders"));
    assertThat(credential.toString()).doesNotContain(credential.password());
    shop.close();
  }

  @EngineCase
  void loginThatIsOverIsRefusedAndRemoved(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    Credential used = shop.engine.issueLogin(plan, "pod-1");
    Connection session = shop.login(used);
    Credential unused = shop.engine.issueLogin(plan, "pod-1");
    for (Credential each : new Credential[] {used, unused}) {
      shop.server.superuser(
          shop.database,
          "ALTER ROLE %s VALID UNTIL '2020-01-01'".formatted(Sql.name(each.username())));
      assertThatThrownBy(() -> shop.login(each)).extracting("SQLState").isEqualTo("28P01");
    }
    assertThat(shop.engine.podsWithLogin(plan.access())).isZero();
    assertThat(shop.engine.removeExpiredLogins()).isGreaterThanOrEqualTo(1);
    assertThat(
            shop.superuser(
                "SELECT rolname FROM pg_roles WHERE rolname IN ('%s', '%s')"
                    .formatted(used.username(), unused.username())))
        .containsExactly(used.username());
    assertThat(strings(session, "SELECT count(*) FROM customers")).containsExactly("20");
    shop.close();
  }

  @EngineCase
  void noLoginWithoutAnAppliedAccess(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    assertThatThrownBy(() -> shop.engine.issueLogin(plan, "pod-1"))
        .isInstanceOf(EngineException.class)
        .extracting("category")
        .isEqualTo(EngineException.Category.AccessNotFound);
  }

  @EngineCase
  void worksWhereConnectingIsNotForEveryone(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.admin("REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(Sql.name(shop.database)));
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    shop.login(plan);
    assertThat(
            shop.engine
                .revoke(plan.access(), dev.sluice.policy.bundle.Bundle.Revocation.TERMINATE)
                .complete())
        .isTrue();
    shop.close();
  }
}
