package dev.sluice.stories.stage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Pods that are created many at once and never start, since nobody has their scheduler's name. What
 * was not answered for good is tried again after a moment, as controllers do. Every answer is kept.
 */
public final class Creations implements AutoCloseable {
  private static final int AT_ONCE = 6;
  private static final long REST_MILLIS = 1_000;

  private final ApiProxy api = ApiProxy.open();
  private final String enforced;
  private final String elsewhere;
  private final DelayQueue<Attempt> due = new DelayQueue<>();
  private final Collection<Answer> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger settled = new AtomicInteger();
  private final List<Thread> workers;
  private volatile String during = "";

  /**
   * No creation yet.
   *
   * @param enforced a namespace whose pods are looked at
   * @param elsewhere a namespace in which nothing is enforced
   */
  public Creations(String enforced, String elsewhere) {
    this.enforced = enforced;
    this.elsewhere = elsewhere;
    this.workers =
        IntStream.range(0, AT_ONCE)
            .mapToObj(number -> Thread.ofVirtual().name("creation-" + number).start(this::work))
            .toList();
  }

  /**
   * Makes the namespaces for it, where there are such of before anew.
   *
   * @param enforced gets the demo's access, too
   * @param elsewhere gets nothing
   */
  public static void makeNamespaces(String enforced, String elsewhere) {
    Team.governed();
    var team = Team.withoutAccess(enforced);
    Kubectl.apply(team.access());
    Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", enforced);
    Kubectl.run("delete", "namespace", elsewhere, "--ignore-not-found", "--timeout=2m").required();
    Kubectl.run("create", "namespace", elsewhere).required();
  }

  /** What a pod is. */
  public enum Kind {
    /** It asks for an access. */
    ACCESS,
    /** It names the governed database. */
    BYPASS,
    /** It does neither. */
    ORDINARY,
    /** It does neither, where nothing is enforced. */
    ELSEWHERE
  }

  /** What became of an attempt. */
  public enum Outcome {
    /** The pod is there. */
    CREATED,
    /** It was decided that it shall not be. */
    REFUSED,
    /** The API server could not ask the webhook. */
    NOBODY_TO_ASK,
    /** The API server did not answer, or is just starting. */
    NO_SERVER,
    /** Anything else. */
    OTHER
  }

  /**
   * What was answered.
   *
   * @param during what was going on
   * @param pod the name of the pod
   * @param kind what it is
   * @param outcome what became of it
   * @param gated whether it came out with a gate
   * @param status of HTTP
   * @param message what was said
   */
  public record Answer(
      String during,
      String pod,
      Kind kind,
      Outcome outcome,
      boolean gated,
      int status,
      String message) {
    /** Whether there is nothing more to try. */
    boolean isForGood() {
      return switch (outcome) {
        case CREATED, REFUSED, OTHER -> true;
        case NOBODY_TO_ASK, NO_SERVER -> false;
      };
    }
  }

  private record Attempt(int number, long dueAt) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** From now on answers are noted as given during this. */
  public void during(String what) {
    during = what;
  }

  /** Begins so many more. */
  public void begin(int count) {
    for (int each = 0; each < count; each++) {
      due.add(new Attempt(begun.getAndIncrement(), System.nanoTime()));
    }
  }

  /** How many were begun. */
  public int begun() {
    return begun.get();
  }

  /** Whether all that were begun have been answered for good. */
  public boolean areSettled() {
    return settled.get() == begun.get();
  }

  /** How many have been answered for good. */
  public int settled() {
    return settled.get();
  }

  /** All answers until now. */
  public List<Answer> answers() {
    return List.copyOf(answers);
  }

  private void work() {
    try {
      while (true) {
        var attempt = due.take();
        var answer = create(attempt.number());
        answers.add(answer);
        if (answer.isForGood()) {
          settled.incrementAndGet();
        } else {
          due.add(
              new Attempt(
                  attempt.number(),
                  System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REST_MILLIS)));
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer create(int number) {
    var kind =
        switch (number % 6) {
          case 0, 3 -> Kind.ACCESS;
          case 1, 4 -> Kind.BYPASS;
          case 2 -> Kind.ORDINARY;
          default -> Kind.ELSEWHERE;
        };
    var name = "created-" + number;
    var was = during;
    var answer =
        api.create(
            "/api/v1/namespaces/%s/pods".formatted(kind == Kind.ELSEWHERE ? elsewhere : enforced),
            pod(name, kind));
    return new Answer(
        was, name, kind, outcome(answer), isGated(answer.body()), answer.status(), said(answer));
  }

  private static String said(ApiProxy.Answer answer) {
    return answer.status() == 201 ? "" : answer.message();
  }

  private static Outcome outcome(ApiProxy.Answer answer) {
    var message = answer.message();
    return switch (answer.status()) {
      // It was created, and the API server ended before it could say so.
      case 201, 409 -> Outcome.CREATED;
      case 0, 429, 502, 503, 504 -> Outcome.NO_SERVER;
      default -> {
        // The proxy's own words, where there is nobody behind it.
        if (!answer.body().path("kind").asText().equals("Status")) {
          yield Outcome.NO_SERVER;
        }
        if (message.contains("failed calling webhook")) {
          yield Outcome.NOBODY_TO_ASK;
        }
        // How an API server answers while it reads what its admission goes by.
        if (message.contains("not yet ready to handle request")) {
          yield Outcome.NO_SERVER;
        }
        yield answer.status() == 403 ? Outcome.REFUSED : Outcome.OTHER;
      }
    };
  }

  /** Whether a pod has its gate, first and by its name. */
  public static boolean isGated(JsonNode pod) {
    return pod.path("spec")
        .path("initContainers")
        .path(0)
        .path("name")
        .asText()
        .equals("sluice-gate");
  }

  private static String pod(String name, Kind kind) {
    var labels = kind == Kind.ACCESS ? "\"sluice.dev/access\": \"orders\"" : "\"a\": \"b\"";
    var value = kind == Kind.BYPASS ? "orders-db.databases.svc" : "elsewhere.example";
    return """
    {"apiVersion": "v1", "kind": "Pod",
     "metadata": {"name": "%s", "labels": {%s, "kind": "%s"}},
     "spec": {
       "schedulerName": "nobody",
       %s
       "securityContext": {"runAsUser": 65532, "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
       "containers": [{
         "name": "one", "image": "localhost/sluice/busybox:1",
         "env": [{"name": "PGHOST", "value": "%s"}],
         "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}}
    """
        .formatted(
            name,
            labels,
            kind.name(),
            kind == Kind.ACCESS ? "\"serviceAccountName\": \"shop-api\"," : "",
            value);
  }

  /** Ends it; the pods go with their namespaces. */
  @Override
  public void close() {
    workers.forEach(Thread::interrupt);
    api.close();
  }
}
