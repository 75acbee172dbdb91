package dev.sluice.sidecar.fuzz;

import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What servers answer: by the protocol, and otherwise. */
final class ServerTalk {
  private static final byte[] TYPES =
      "RKSZDTtnCEAN123IsVGHWdcv?".getBytes(StandardCharsets.US_ASCII);

  private static final List<String> SETTINGS =
      List.of(
          "client_encoding",
          "UTF8",
          "SJIS",
          "standard_conforming_strings",
          "on",
          "off",
          "server_version",
          "15.1",
          "x",
          "");

  private static final Pattern MARKER = Pattern.compile("sluice_refused_[0-9a-z_]+");

  private final RandomGenerator random;
  private final Hostility hostility;
  private final MessageBuilder out = new MessageBuilder(256);
  private List<byte[]> messages = new ArrayList<>();
  private boolean failed;
  private boolean copies;

  ServerTalk(RandomGenerator random) {
    this.random = random;
    this.hostility = new Hostility(random);
  }

  /** From the request to log in to the first ReadyForQuery. */
  List<byte[]> welcome() {
    add(Backend.AUTHENTICATION, 0);
    for (String setting : List.of("client_encoding", "standard_conforming_strings")) {
      out.begin(Backend.PARAMETER_STATUS).text(setting);
      out.text(setting.startsWith("client") ? "UTF8" : "on");
      add();
    }
    out.begin(Backend.BACKEND_KEY_DATA).int32(random.nextInt(1 << 20)).int32(random.nextInt());
    add();
    ready();
    return take();
  }

  /** An answer to a message of a client, as a server gives it that has some of everything. */
  List<byte[]> answer(byte type, byte[] content) {
    String marker = marker(content);
    if (!marker.isEmpty() && !failed && !copies) {
      // What a gate sends in place of what it refuses.
      error(marker);
      if (type == Frontend.QUERY || type == Frontend.FUNCTION_CALL) {
        ready();
      } else {
        failed = true;
      }
      return take();
    }
    if (copies && type != Frontend.COPY_DONE && type != Frontend.COPY_FAIL) {
      if (type == Frontend.COPY_DATA || type == Frontend.FLUSH || type == Frontend.SYNC) {
        return List.of();
      }
      copies = false;
      error();
      failed = type != Frontend.QUERY;
      if (!failed) {
        ready();
      }
      return take();
    }
    if (failed && type != Frontend.SYNC) {
      return List.of();
    }
    switch (type) {
      case Frontend.QUERY -> {
        result(true);
        if (!copies) {
          ready();
        }
      }
      case Frontend.PARSE -> succeed(Backend.PARSE_COMPLETE);
      case Frontend.BIND -> succeed(Backend.BIND_COMPLETE);
      case Frontend.CLOSE -> succeed(Backend.CLOSE_COMPLETE);
      case Frontend.DESCRIBE -> add(Backend.NO_DATA);
      case Frontend.EXECUTE -> result(false);
      case Frontend.SYNC -> {
        failed = false;
        ready();
      }
      case Frontend.FUNCTION_CALL -> {
        out.begin(Backend.FUNCTION_CALL_RESPONSE).int32(-1);
        add();
        ready();
      }
      case Frontend.COPY_DONE, Frontend.COPY_FAIL -> {
        if (copies) {
          copies = false;
          complete("COPY 3");
          ready();
        }
      }
      default -> {
        // Nothing is answered to it.
      }
    }
    return take();
  }

  /** The same, by a server that lies now and then. */
  List<byte[]> lie(byte type, byte[] content) {
    List<byte[]> lies = new ArrayList<>();
    List<byte[]> honest = answer(type, content);
    for (byte[] message : honest) {
      lies.add(
          switch (random.nextInt(120)) {
            case 0 -> hostility.spoilLength(message);
            case 1, 2, 3 -> hostility.spoilContent(message);
            case 4 -> new byte[0];
            default -> message;
          });
      if (hostility.oncePer(20)) {
        lies.add(anything());
      }
    }
    if (hostility.oncePer(200)) {
      lies.add(hostility.noise(100));
    }
    return lies;
  }

  /** A login that is not one. */
  List<byte[]> strangeWelcome() {
    List<byte[]> lies = new ArrayList<>(welcome());
    int changes = 1 + random.nextInt(3);
    for (int change = 0; change < changes; change++) {
      int at = random.nextInt(lies.size());
      switch (random.nextInt(5)) {
        case 0 -> lies.set(at, hostility.spoilLength(lies.get(at)));
        case 1 -> lies.set(at, hostility.spoilContent(lies.get(at)));
        case 2 -> lies.set(at, hostility.noise(60));
        case 3 -> lies.add(at, anything());
        default -> {
          byte[] content = hostility.noise(80);
          out.begin(Backend.AUTHENTICATION).int32(random.nextInt(14)).bytes(content);
          add();
          lies.add(at, take().getFirst());
        }
      }
    }
    return lies;
  }

  private byte[] anything() {
    if (random.nextBoolean()) {
      out.begin(Backend.PARAMETER_STATUS);
      out.text(SETTINGS.get(random.nextInt(SETTINGS.size())));
      out.text(SETTINGS.get(random.nextInt(SETTINGS.size())));
    } else {
      out.begin(TYPES[random.nextInt(TYPES.length)]).bytes(hostility.noise(30));
    }
    out.end();
    byte[] message = out.toByteArray();
    out.clear();
    return message;
  }

  private void result(boolean simple) {
    switch (random.nextInt(8)) {
      case 0 -> {
        error();
        failed = !simple;
      }
      case 1 -> {
        if (simple) {
          out.begin(Backend.COPY_IN_RESPONSE).int8((byte) 0).int16(0);
          add();
          copies = true;
        } else {
          add(Backend.PORTAL_SUSPENDED);
        }
      }
      case 2 -> {
        out.begin(Backend.COPY_OUT_RESPONSE).int8((byte) 0).int16(0);
        add();
        out.begin(Backend.COPY_DATA).bytes(hostility.noise(2000));
        add();
        add(Backend.COPY_DONE);
        complete("COPY 1");
      }
      case 3 -> add(Backend.EMPTY_QUERY_RESPONSE);
      case 4 -> {
        out.begin(Backend.NOTICE_RESPONSE).int8((byte) 'S').text("NOTICE");
        out.int8((byte) 'M').text("so be it").int8((byte) 0);
        add();
        complete("SET");
      }
      default -> {
        for (int row = random.nextInt(20); row > 0; row--) {
          byte[] value = hostility.noise(hostility.oncePer(30) ? 60_000 : 50);
          out.begin(Backend.DATA_ROW).int16(1).int32(value.length).bytes(value);
          add();
        }
        complete("SELECT 20");
      }
    }
  }

  private void succeed(byte type) {
    if (hostility.oncePer(12)) {
      error();
      failed = true;
    } else {
      add(type);
    }
  }

  private static String marker(byte[] content) {
    if (content.length > 4000) {
      return "";
    }
    Matcher found = MARKER.matcher(new String(content, StandardCharsets.ISO_8859_1));
    return found.find() ? found.group() : "";
  }

  private void error() {
    error("no");
  }

  private void error(String words) {
    out.begin(Backend.ERROR_RESPONSE).int8((byte) 'S').text("ERROR").int8((byte) 'V').text("ERROR");
    out.int8((byte) 'C').text("22012").int8((byte) 'M').text(words).int8((byte) 'P');
    out.text(String.valueOf(random.nextInt(-5, 100))).int8((byte) 0);
    add();
  }

  private void complete(String tag) {
    out.begin(Backend.COMMAND_COMPLETE).text(tag);
    add();
  }

  private void ready() {
    out.begin(Backend.READY_FOR_QUERY).int8((byte) "ITE".charAt(random.nextInt(3)));
    add();
  }

  private void add(byte type, int... numbers) {
    out.begin(type);
    for (int number : numbers) {
      out.int32(number);
    }
    add();
  }

  private void add() {
    out.end();
    messages.add(out.toByteArray());
    out.clear();
  }

  private List<byte[]> take() {
    List<byte[]> taken = messages;
    messages = new ArrayList<>();
    return taken;
  }
}
