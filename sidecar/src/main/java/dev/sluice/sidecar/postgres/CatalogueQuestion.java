package dev.sluice.sidecar.postgres;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks a server about its catalogue in a session that is not relayed yet. */
public final class CatalogueQuestion {
  private CatalogueQuestion() {}

  /**
   * Asks, and waits for the answer.
   *
   * @param connection a session that is ready
   * @param text one statement, whose result is ASCII and has no NULL
   * @return the rows; none where it failed
   * @throws IOException where the server went away
   */
  public static List<List<String>> ask(ServerConnection connection, String text)
      throws IOException {
    MessageBuilder query = new MessageBuilder(text.length() + 16);
    query.begin(Frontend.QUERY).text(text).end();
    connection.wire().out().write(query.array(), 0, query.size());
    // Not buffered: nothing may be read here that belongs to the session.
    MessageReader reader = new MessageReader(new DataInputStream(connection.wire().in()));
    List<List<String>> rows = new ArrayList<>();
    boolean failed = false;
    while (true) {
      MessageReader.Message message = reader.read();
      switch (message.type()) {
        case Backend.DATA_ROW -> rows.add(row(ByteBuffer.wrap(message.content())));
        case Backend.ERROR_RESPONSE -> failed = true;
        case Backend.READY_FOR_QUERY -> {
          return failed ? List.of() : rows;
        }
        default -> {
          // What the columns are, and that it is complete.
        }
      }
    }
  }

  private static List<String> row(ByteBuffer content) {
    List<String> row = new ArrayList<>();
    for (int columns = content.getShort(); columns > 0; columns--) {
      byte[] value = new byte[Math.max(0, content.getInt())];
      content.get(value);
      row.add(new String(value, StandardCharsets.US_ASCII));
    }
    return row;
  }
}
