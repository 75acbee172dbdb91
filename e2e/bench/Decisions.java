import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * How long the gate takes from the bytes of a text to the decision about it, with the gate's own code, memory and flags: {@code
 * Decisions BUNDLE COUNT}. Prints for each state of its memory of texts the 50th and the 99th of a hundred calls, in nanoseconds, once
 * both compilers have seen it: of a gate that has just started, decisions take several times as long.
 */
final class Decisions {
  private static final int WARM_UPS = 6;

  /** Each with a number of its own in a name, where {@code #} stands, and in a constant, where {@code ?} does. */
  private static final List<String> TEXTS =
      List.of(
          "SELECT abalance AS a# FROM pgbench_accounts WHERE aid = ?;",
          "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ? AND 'a#' <> filler",
          "INSERT INTO pgbench_tellers (tid, bid, tbalance, filler) SELECT ?, ?, ?, 'a' AS a#",
          """
          SELECT b.bid AS a#, count(*), sum(a.abalance)
          FROM pgbench_accounts a JOIN pgbench_branches b ON b.bid = a.bid
          LEFT JOIN pgbench_tellers t ON t.bid = b.bid AND t.tbalance > ?
          WHERE a.aid BETWEEN ? AND ? + 1000 AND b.filler IS NOT NULL
          GROUP BY b.bid HAVING count(*) > 5 ORDER BY 2 DESC""");

  private Decisions() {}

  public static void main(String[] arguments) throws Exception {
    Bundle bundle = Jsonb.instance().type(Bundle.class).fromJson(Files.readString(Path.of(arguments[0])));
    int count = Integer.parseInt(arguments[1]);
    // As much stack as the thread has that decides in a gate.
    Thread thread = new Thread(null, () -> measure(bundle, count), "decisions", 8 << 20);
    thread.start();
    thread.join();
  }

  private static void measure(Bundle bundle, int count) {
    try (SqlAnalyzer analyzer = new SqlAnalyzer(PgQueryLibrary.load(), Limits.DEFAULT)) {
      Terms terms = new Terms(bundle, () -> analyzer, SessionFacts.UNKNOWN, InstantSource.system());
      int number = 0;
      for (int turn = 0; turn <= WARM_UPS; turn++) {
        boolean told = turn == WARM_UPS;
        number = run(terms, "cold", number, count, true, true, told);
        number = run(terms, "shape", number, count, false, true, told);
        number = run(terms, "warm", number, count, false, false, told);
      }
    }
  }

  /** Measures with texts of which the names differ, or only the constants, or nothing. */
  private static int run(Terms terms, String state, int from, int count, boolean names, boolean constants, boolean told) {
    long[] times = new long[count];
    TextKey key = new TextKey();
    int number = from;
    for (int call = 0; call < count; call++) {
      number++;
      String text = TEXTS.get(call % TEXTS.size()).replace("#", names ? Integer.toString(number) : "").replace("?", constants ? Integer.toString(number) : "7");
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      long begun = System.nanoTime();
      terms.verdict(key.at(bytes, 0, bytes.length), bytes, 0, Dialect.USUAL, NameScope.GRANTED, null);
      times[call] = System.nanoTime() - begun;
    }
    if (told) {
      Arrays.sort(times);
      System.out.println(state + " " + times[count / 2] + " " + times[count / 100 * 99]);
    }
    return number;
  }
}
