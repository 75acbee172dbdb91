package dev.sluice.policy.event;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The canonical text of an event as plainly as it can be said. */
final class PlainText {
  private PlainText() {}

  /** The text without the hash. */
  static byte[] of(Event event) {
    Map<String, Object> members = members(event);
    members.remove("hash");
    return json(members).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> members(Record record) {
    Map<String, Object> members = new TreeMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(component, record);
      if (value != null) {
        members.put(component.getName(), value);
      }
    }
    return members;
  }

  private static @Nullable Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("Event", impossible);
    }
  }

  private static String json(Object value) {
    return switch (value) {
      case Number number -> number.toString();
      case List<?> list ->
          list.stream().map(PlainText::json).collect(Collectors.joining(",", "[", "]"));
      case Map<?, ?> map ->
          new TreeMap<>(map)
              .entrySet().stream()
                  .map(member -> json(member.getKey()) + ":" + json(member.getValue()))
                  .collect(Collectors.joining(",", "{", "}"));
      case Record record -> json(members(record));
      default -> quoted(value.toString());
    };
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      switch (character) {
        case 0 -> quoted.append('\uFFFD');
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\b' -> quoted.append("\\b");
        case '\t' -> quoted.append("\\t");
        case '\n' -> quoted.append("\\n");
        case '\f' -> quoted.append("\\f");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (character < ' ') {
            quoted.append("\\u%04x".formatted((int) character));
          } else {
            quoted.append(character);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
