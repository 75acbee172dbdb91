package dev.sluice.operator.engine.postgresql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of a view's columns pass another relation's column on as it is. PostgreSQL keeps this in
 * the stored query of the view, whose text form is {@code {NAME :field value ...}} for nodes,
 * {@code (...)} for lists, and tokens in which special characters stand after a backslash
 * (src/backend/nodes/outfuncs.c of its source).
 */
final class ViewOrigins {
  /** A tree that is nested deeper is not read, so that reading it cannot exhaust the stack. */
  private static final int MOST_DEPTH = 1500;

  private final String text;
  private int position;

  private ViewOrigins(String text) {
    this.text = text;
  }

  /**
   * A column of a relation.
   *
   * @param relation its object id
   * @param column its number
   */
  record Origin(long relation, int column) {}

  /** A node of the tree: fields, and the values of each. */
  private record Node(String name, Map<String, List<Object>> fields) {
    String token(String field) {
      List<Object> values = fields.getOrDefault(field, List.of());
      return values.isEmpty() ? "" : String.valueOf(values.getFirst());
    }
  }

  /**
   * Reads the stored query of a view.
   *
   * @param tree its text form
   * @return the origin of each column that has one, by the column's number
   */
  static Map<Integer, Origin> read(String tree) {
    if (depth(tree) > MOST_DEPTH) {
      return Map.of();
    }
    Object root = new ViewOrigins(tree).value();
    if (!(root instanceof List<?> queries)
        || queries.size() != 1
        || !(queries.getFirst() instanceof Node query)
        || !query.name().equals("QUERY")
        // Of a UNION only the first branch would be named.
        || !query.token("setOperations").equals("<>")) {
      return Map.of();
    }
    Map<Integer, Origin> origins = new HashMap<>();
    for (Object list : query.fields().getOrDefault("targetList", List.of())) {
      if (list instanceof List<?> entries) {
        for (Object entry : entries) {
          if (entry instanceof Node target) {
            add(target, origins);
          }
        }
      }
    }
    return Map.copyOf(origins);
  }

  private static void add(Node target, Map<Integer, Origin> origins) {
    List<Object> expression = target.fields().getOrDefault("expr", List.of());
    boolean plain =
        !expression.isEmpty()
            && expression.getFirst() instanceof Node node
            && node.name().equals("VAR");
    long relation = number(target.token("resorigtbl"));
    int column = (int) number(target.token("resorigcol"));
    if (plain && target.token("resjunk").equals("false") && relation > 0 && column > 0) {
      origins.put((int) number(target.token("resno")), new Origin(relation, column));
    }
  }

  private static int depth(String tree) {
    int depth = 0;
    int deepest = 0;
    for (int index = 0; index < tree.length(); index++) {
      switch (tree.charAt(index)) {
        case '\\' -> index++;
        case '{', '(' -> deepest = Math.max(deepest, ++depth);
        case '}', ')' -> depth--;
        default -> {}
      }
    }
    return deepest;
  }

  private static long number(String token) {
    return token.matches("[0-9]{1,10}") ? Long.parseLong(token) : 0;
  }

  /** A node, a list or a token; null at the end or before a closing sign. */
  private @Nullable Object value() {
    blanks();
    if (position >= text.length()) {
      return null;
    }
    char character = text.charAt(position);
    if (character == '{') {
      position++;
      return node();
    }
    if (character == '(') {
      position++;
      List<Object> list = new ArrayList<>();
      for (Object each = value(); each != null; each = value()) {
        list.add(each);
      }
      close(')');
      return list;
    }
    if (character == '}' || character == ')') {
      return null;
    }
    return token();
  }

  private Node node() {
    String name = Objects.requireNonNullElse(value(), "").toString();
    Map<String, List<Object>> fields = new LinkedHashMap<>();
    String field = "";
    for (Object each = value(); each != null; each = value()) {
      if (each instanceof String token && token.startsWith(":")) {
        field = token.substring(1);
        fields.put(field, new ArrayList<>());
      } else {
        fields.computeIfAbsent(field, ignored -> new ArrayList<>()).add(each);
      }
    }
    close('}');
    return new Node(name, fields);
  }

  private void close(char sign) {
    blanks();
    if (position < text.length() && text.charAt(position) == sign) {
      position++;
    }
  }

  private String token() {
    StringBuilder token = new StringBuilder();
    while (position < text.length()) {
      char character = text.charAt(position);
      if (character == '\\' && position + 1 < text.length()) {
        token.append(text.charAt(position + 1));
        position += 2;
      } else if (Character.isWhitespace(character) || "(){}".indexOf(character) >= 0) {
        break;
      } else {
        token.append(character);
        position++;
      }
    }
    return token.toString();
  }

  private void blanks() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }
}
