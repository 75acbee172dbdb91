package dev.sluice.sidecar.fuzz;

import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.StartupRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** What clients say: now sensible, now not. */
final class ClientTalk {
  private static final List<String> NAMES = List.of("", "", "", "s", "t", "ü", "n".repeat(300));

  private static final List<String> TEXTS =
      List.of(
          "SELECT 1",
          "SELECT name, ssn FROM customers WHERE id = $1",
          "INSERT INTO orders(note) VALUES ($1) RETURNING id",
          "UPDATE customers SET name = 'x' WHERE id = 1; SELECT 2",
          "DELETE FROM orders",
          "BEGIN",
          "COMMIT",
          "ROLLBACK TO SAVEPOINT a",
          "SAVEPOINT a",
          "SET ROLE postgres",
          "SET search_path = pg_temp, public",
          "SET LOCAL client_encoding = 'SJIS'",
          "RESET ALL",
          "DISCARD ALL",
          "DEALLOCATE ALL",
          "DEALLOCATE s",
          "PREPARE t AS SELECT ssn FROM customers",
          "EXECUTE t",
          "DO $$ BEGIN PERFORM 1; END $$",
          "CALL anything(1)",
          "COPY orders FROM STDIN",
          "COPY customers TO STDOUT",
          "DECLARE c CURSOR FOR SELECT * FROM customers",
          "FETCH ALL FROM c",
          "CREATE TEMPORARY TABLE customers (a int)",
          "DROP TABLE orders",
          "LISTEN here; NOTIFY here",
          "SELECT set_config('role', 'x', false)",
          "WITH a AS (INSERT INTO orders DEFAULT VALUES RETURNING *) SELECT * FROM a, customers",
          "SELECT * FROM customers c JOIN LATERAL (SELECT c.ssn) d ON true -- /* sluice: x */",
          "/* reason='x', ticket=\"y\" */ SELECT 'ü\u1234'",
          "",
          ";;",
          "SELECT '",
          "/* /*",
          "SELECT $x$ $y$",
          "\uD83D\uDE00");

  private final RandomGenerator random;
  private final Hostility hostility;
  private final MessageBuilder out = new MessageBuilder(256);

  ClientTalk(RandomGenerator random) {
    this.random = random;
    this.hostility = new Hostility(random);
  }

  /** A start-up message that a gate takes. */
  byte[] startup(String database, String application) {
    out.clear();
    out.beginUntyped().int32(StartupRequest.PROTOCOL_3 + (random.nextBoolean() ? 0 : 2));
    out.text("user").text("app").text("database").text(database);
    out.text("application_name").text(application).int8((byte) 0).end();
    return out.toByteArray();
  }

  /** What an unfriendly client says first; a gate serves it or not. */
  byte[] opening(String database) {
    return switch (random.nextInt(9)) {
      case 0 -> hostility.noise(40);
      case 1 -> framed(StartupRequest.TLS, hostility.noise(20));
      case 2 -> framed(StartupRequest.GSS, new byte[0]);
      case 3 -> framed(StartupRequest.CANCEL, hostility.noise(300));
      case 4 -> framed(random.nextInt(), hostility.noise(200));
      case 5 -> framed(StartupRequest.PROTOCOL_3, hostility.noise(12_000));
      case 6 -> {
        byte[] startup = startup(database, "fuzz");
        startup[random.nextInt(startup.length)] ^= (byte) (1 << random.nextInt(8));
        yield startup;
      }
      case 7 -> {
        out.clear();
        out.beginUntyped().int32(StartupRequest.PROTOCOL_3 + random.nextInt(1 << 16));
        for (String word :
            List.of(
                "user",
                "a",
                "options",
                "-c \\",
                "_pq_.x",
                "",
                "replication",
                "1",
                "role",
                "x",
                "search_path",
                "\"",
                "client_encoding",
                "SJIS")) {
          out.text(random.nextInt(4) == 0 ? text() : word);
        }
        out.int8((byte) 0).end();
        yield out.toByteArray();
      }
      default -> "GET / HTTP/1.1\r\nHost: gate\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    };
  }

  private byte[] framed(int code, byte[] rest) {
    out.clear();
    return out.beginUntyped().int32(code).bytes(rest).end().toByteArray();
  }

  /** One message, which is not spoiled. */
  byte[] message() {
    out.clear();
    switch (random.nextInt(26)) {
      case 0, 1, 2 -> out.begin(Frontend.QUERY).text(text());
      case 3, 4, 5, 6 -> {
        out.begin(Frontend.PARSE).text(name()).text(text());
        int types = random.nextInt(3);
        out.int16(types);
        for (int type = 0; type < types; type++) {
          out.int32(random.nextInt(30));
        }
      }
      case 7, 8, 9, 10 -> bind();
      case 11, 12, 13, 14 -> out.begin(Frontend.EXECUTE).text(name()).int32(random.nextInt(3));
      case 15, 16 -> out.begin(Frontend.DESCRIBE).int8(kind()).text(name());
      case 17 -> out.begin(Frontend.CLOSE).int8(kind()).text(name());
      case 18, 19, 20, 21 -> out.begin(Frontend.SYNC);
      case 22 -> out.begin(Frontend.FLUSH);
      case 23 -> out.begin(Frontend.COPY_DATA).bytes(hostility.noise(3000));
      case 24 -> {
        if (random.nextBoolean()) {
          out.begin(Frontend.COPY_DONE);
        } else {
          out.begin(Frontend.COPY_FAIL).text("no");
        }
      }
      default -> {
        out.begin(Frontend.FUNCTION_CALL).int32(random.nextInt(3000));
        out.int16(0).int16(0).int16(0);
      }
    }
    return out.end().toByteArray();
  }

  private void bind() {
    out.begin(Frontend.BIND).text(name()).text(name()).int16(1).int16(random.nextInt(2));
    int values = random.nextInt(3);
    out.int16(values);
    for (int value = 0; value < values; value++) {
      byte[] bytes = hostility.noise(hostility.oncePer(50) ? 100_000 : 20);
      out.int32(bytes.length).bytes(bytes);
    }
    out.int16(0);
  }

  private byte kind() {
    return (byte) (random.nextBoolean() ? 'S' : 'P');
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private String text() {
    return switch (random.nextInt(40)) {
      case 0 -> "SELECT " + "(".repeat(random.nextInt(3000)) + "1";
      case 1 -> "SELECT '" + "x".repeat(random.nextInt(200_000)) + "'";
      case 2 -> new String(hostility.noise(200), StandardCharsets.ISO_8859_1);
      case 3 -> {
        String one = TEXTS.get(random.nextInt(TEXTS.size()));
        yield one.substring(0, random.nextInt(one.length() + 1)) + TEXTS.get(random.nextInt(8));
      }
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }
}
