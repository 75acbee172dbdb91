package dev.sluice.policy.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value stands in a JSON document: {@code $.contact.email}, {@code $.items[*].card}, {@code
 * $..ssn}.
 *
 * @param steps from the document's top, at least one
 */
public record JsonPath(List<Step> steps) implements Comparable<JsonPath> {
  private static final Pattern STEP =
      Pattern.compile(
          "(?<dots>\\.\\.?)(?:(?<name>[A-Za-z0-9_-]+)|\"(?<quoted>(?:[^\"]|\"\")+)\")|\\[\\*]");

  /** An immutable copy. */
  public JsonPath {
    steps = List.copyOf(steps);
  }

  /** One step downwards. */
  public sealed interface Step {}

  /**
   * A member of an object.
   *
   * @param name its name
   */
  public record Member(String name) implements Step {}

  /**
   * Every member of this name, however deep.
   *
   * @param name its name
   */
  public record Descendant(String name) implements Step {}

  /** Every element of an array. */
  public record Elements() implements Step {}

  /**
   * Reads a path.
   *
   * @param text the path
   * @return it
   * @throws IllegalArgumentException where it is none; the message says where
   */
  public static JsonPath parse(String text) {
    if (!text.startsWith("$")) {
      throw new IllegalArgumentException("path \"%s\" does not begin with $".formatted(text));
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    int place = 1;
    while (place < text.length()) {
      if (!step.region(place, text.length()).lookingAt()) {
        throw new IllegalArgumentException(
            "path \"%s\" cannot be read from character %d on: \"%s\""
                .formatted(text, place + 1, text.substring(place)));
      }
      steps.add(step(step));
      place = step.end();
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("path \"$\" names the whole document");
    }
    return new JsonPath(steps);
  }

  @Override
  public int compareTo(JsonPath other) {
    return toString().compareTo(other.toString());
  }

  /** The path as it is written, with every name in double quotes. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("$");
    for (Step step : steps) {
      text.append(
          switch (step) {
            case Member member -> "." + quoted(member.name());
            case Descendant descendant -> ".." + quoted(descendant.name());
            case Elements ignored -> "[*]";
          });
    }
    return text.toString();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static Step step(Matcher step) {
    String dots = step.group("dots");
    if (dots == null) {
      return new Elements();
    }
    String plain = step.group("name");
    String quoted = step.group("quoted");
    String name = plain == null ? String.valueOf(quoted).replace("\"\"", "\"") : plain;
    return dots.length() == 1 ? new Member(name) : new Descendant(name);
  }
}
