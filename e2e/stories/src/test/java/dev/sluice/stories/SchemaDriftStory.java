package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.OrdersDatabase;
import dev.sluice.stories.stage.Session;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The owner of a table changes it while sessions read it through a gate without a pause, by its
 * qualified name too: never is a raw value shown, and after each change the open sessions read on.
 */
class SchemaDriftStory {
  private static final String NAMESPACE = "story-drift";
  private static final String RAW = "123-45-6789";
  private static final String MASKED = "*******6789";

  private static final List<String> READS =
      List.of(
          "SELECT * FROM visitors",
          "SELECT * FROM public.visitors",
          "SELECT to_jsonb(v) FROM public.visitors AS v",
          "COPY public.visitors TO STDOUT",
          "SELECT ssn FROM public.visitors",
          "SELECT social FROM public.visitors",
          "SELECT * FROM public.visitors_old",
          "SELECT * FROM public.visitors_new");

  private static final Team TEAM = Team.withoutAccess(NAMESPACE);

  private final AtomicBoolean ending = new AtomicBoolean();
  private final Queue<String> raw = new ConcurrentLinkedQueue<>();
  private final AtomicLong masked = new AtomicLong();

  @BeforeAll
  static void stage() {
    Team.governed();
    change(
        "DROP TABLE IF EXISTS public.visitors, public.visitors_old, public.visitors_new CASCADE",
        "CREATE TABLE public.visitors (id int PRIMARY KEY, ssn text, name text)",
        "INSERT INTO public.visitors VALUES (1, '%s', 'Mary')".formatted(RAW));
    Kubectl.run(
            "-n",
            "databases",
            "patch",
            "database/orders",
            "--type=json",
            "-p",
            """
            [{"op": "add", "path": "/spec/classifications/-",
              "value": {"table": "public.visitors", "columns": {"ssn": "pii.national-id"}}}]
            """)
        .required();
    Kubectl.apply(TEAM.access().replace("public.products]", "public.products, public.visitors]"));
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", NAMESPACE);
    TEAM.startConsole();
  }

  @AfterAll
  static void tidy() {
    TEAM.close();
    Team.governed();
    change(
        "DROP TABLE IF EXISTS public.visitors, public.visitors_old, public.visitors_new CASCADE");
  }

  @AfterEach
  void endReading() {
    ending.set(true);
  }

  @Test
  void neverARawValueAndOpenSessionsReadOn() throws InterruptedException {
    try (var session = TEAM.session();
        var other = TEAM.session()) {
      shows(session, "SELECT ssn FROM public.visitors", MASKED);
      var process = session.ask("SELECT pg_backend_pid()");
      var reader = Thread.ofPlatform().start(() -> readOnAndOn(other));

      change("ALTER TABLE public.visitors ADD COLUMN region text DEFAULT 'EU'");
      shows(session, "SELECT region || ssn FROM public.visitors", "EU" + MASKED);
      change("ALTER TABLE public.visitors RENAME COLUMN region TO area");
      shows(session, "SELECT area || ssn FROM public.visitors", "EU" + MASKED);
      change("ALTER TABLE public.visitors RENAME COLUMN ssn TO social");
      shows(session, "SELECT social FROM public.visitors", MASKED);
      change("ALTER TABLE public.visitors RENAME COLUMN social TO ssn");
      shows(session, "SELECT ssn FROM public.visitors", MASKED);
      change(
          "SELECT sluice.drop_masked_views('public.visitors')",
          "ALTER TABLE public.visitors DROP COLUMN area, ALTER COLUMN ssn TYPE varchar(40)");
      shows(
          session,
          "SELECT pg_typeof(ssn) || ' ' || ssn FROM public.visitors",
          "character varying " + MASKED);
      // Another table takes its place, as tools do that migrate without a pause.
      change(
          "CREATE TABLE public.visitors_new (id int PRIMARY KEY, ssn text, name text, more int"
              + " DEFAULT 7)",
          "INSERT INTO public.visitors_new SELECT id, ssn, name FROM public.visitors");
      change(
          """
          BEGIN;
          ALTER TABLE public.visitors RENAME TO visitors_old;
          ALTER TABLE public.visitors_new RENAME TO visitors;
          COMMIT
          """);
      shows(session, "SELECT ssn || more FROM public.visitors", MASKED + "7");
      shows(session, "COPY public.visitors TO STDOUT", "1\t%s\tMary\t7".formatted(MASKED));
      change("DROP TABLE public.visitors_old CASCADE");
      shows(session, "SELECT ssn || more FROM visitors", MASKED + "7");

      var before = masked.get();
      await("reading goes on").until(() -> masked.get() > before);
      ending.set(true);
      reader.join();
      assertThat(raw).isEmpty();
      assertThat(session.ask("SELECT pg_backend_pid()")).isEqualTo(process);
    }
  }

  /** As the owner of the shop's tables. */
  private static void change(String... statements) {
    for (var statement : statements) {
      OrdersDatabase.query("SET ROLE shop_admin; " + statement);
    }
  }

  /** Well before the pass of every minute, and what is said before is looked at as well. */
  private void shows(Session session, String query, String wanted) {
    await(query)
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              var said = session.ask(query);
              seen(said, query);
              return said.equals(wanted);
            });
  }

  private void readOnAndOn(Session session) {
    while (!ending.get()) {
      for (var query : READS) {
        seen(session.ask(query), query);
      }
    }
  }

  private void seen(String said, String query) {
    if (said.contains(RAW.substring(0, 6))) {
      raw.add(query + ": " + said);
    }
    if (said.contains(MASKED)) {
      masked.incrementAndGet();
    }
  }
}
