package dev.sluice.policy.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What columns are called in five languages, as {@code column-names.txt} has it. */
final class ColumnNames {
  private static final Map<String, DataClass> DATA_CLASSES =
      Stream.of(DataClass.values()).collect(Collectors.toMap(DataClass::text, Function.identity()));

  static final ColumnNames STANDARD = read("column-names.txt");

  /** German puts words together: {@code kundentelefonnummer} ends with one that says enough. */
  private static final int SHORTEST_OF_COMPOUND = 6;

  /** Phrases by the word with which they begin, also where it is all of them in one. */
  private final Map<String, List<Phrase>> phrases = new HashMap<>();

  private final List<Phrase> compounds = new ArrayList<>();
  private final Map<DataClass, Set<String>> unless = new EnumMap<>(DataClass.class);
  private final Set<String> people = new HashSet<>();
  private final Set<String> mayFollow = new HashSet<>();
  private final Set<String> negate = new HashSet<>();

  private enum Strength {
    CERTAIN(65),
    LIKELY(50),
    PEOPLE(50),
    HINT(35);

    private final int confidence;

    Strength(int confidence) {
      this.confidence = confidence;
    }
  }

  private record Phrase(
      DataClass dataClass, Strength strength, List<String> words, String joined, boolean compound) {
    /** Where it begins and ends among the words of a name; null: it is not there. */
    @Nullable Place in(List<String> name) {
      for (int start = 0; start < name.size(); start++) {
        String word = name.get(start);
        if (word.equals(joined) || (compound && word.endsWith(joined))) {
          return new Place(start, start + 1);
        }
        int end = start + words.size();
        if (end <= name.size() && name.subList(start, end).equals(words)) {
          return new Place(start, end);
        }
      }
      return null;
    }
  }

  private record Place(int start, int end) {}

  /**
   * What a name says.
   *
   * @param dataClass the class
   * @param confidence how likely it is by the name alone
   */
  record Meaning(DataClass dataClass, int confidence) {}

  private ColumnNames() {}

  private static ColumnNames read(String resource) {
    ColumnNames names = new ColumnNames();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ColumnNames.class.getResourceAsStream(resource)),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(names::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private void add(String line) {
    int colon = line.indexOf(':');
    String[] head = line.substring(0, colon).split("\\s+", -1);
    boolean german = head[2].equals("de");
    for (String text : line.substring(colon + 1).split(",", -1)) {
      List<String> words = Words.of(text);
      switch (head[0]) {
        case "people" -> people.addAll(words);
        case "words" -> (head[1].equals("negate") ? negate : mayFollow).addAll(words);
        default -> add(DATA_CLASSES.get(head[0]), head[1], words, german);
      }
    }
  }

  private void add(
      @Nullable DataClass dataClass, String strength, List<String> words, boolean german) {
    Objects.requireNonNull(dataClass);
    if (strength.equals("unless")) {
      unless.computeIfAbsent(dataClass, ignored -> new HashSet<>()).addAll(words);
      return;
    }
    String joined = String.join("", words);
    Phrase phrase =
        new Phrase(
            dataClass,
            Strength.valueOf(strength.toUpperCase(Locale.ROOT)),
            words,
            joined,
            german && joined.length() >= SHORTEST_OF_COMPOUND);
    for (String begin : new TreeSet<>(List.of(words.getFirst(), joined))) {
      phrases.computeIfAbsent(begin, ignored -> new ArrayList<>()).add(phrase);
    }
    if (phrase.compound()) {
      compounds.add(phrase);
    }
  }

  /** Whether a table is one of people by its name. */
  boolean speaksOfPeople(String table) {
    return Words.of(table).stream().anyMatch(people::contains);
  }

  /**
   * What the name of a column says: the longest phrase that is in it.
   *
   * @param column the name
   * @param ofPeople whether its table is one of people
   */
  Optional<Meaning> ofName(String column, boolean ofPeople) {
    List<String> words = Words.of(column);
    return longest(words, phrase -> means(phrase, words, ofPeople));
  }

  /** What a comment says: only what hardly means anything else. */
  Optional<Meaning> ofComment(String comment) {
    List<String> words = Words.of(comment);
    if (words.stream().anyMatch(negate::contains)) {
      return Optional.empty();
    }
    return longest(
        words, phrase -> phrase.strength() == Strength.CERTAIN && phrase.in(words) != null);
  }

  private Optional<Meaning> longest(List<String> words, Predicate<Phrase> means) {
    List<Phrase> candidates = new ArrayList<>();
    for (String word : words) {
      candidates.addAll(phrases.getOrDefault(word, List.of()));
      for (Phrase compound : compounds) {
        if (word.endsWith(compound.joined())) {
          candidates.add(compound);
        }
      }
    }
    return candidates.stream()
        .filter(means)
        .max(
            Comparator.comparingInt((Phrase each) -> each.joined().length())
                .thenComparingInt(each -> each.strength().confidence))
        .map(each -> new Meaning(each.dataClass(), each.strength().confidence));
  }

  private boolean means(Phrase phrase, List<String> words, boolean ofPeople) {
    Place place = phrase.in(words);
    if (place == null) {
      return false;
    }
    List<String> before = words.subList(0, place.start());
    List<String> after = words.subList(place.end(), words.size());
    Set<String> not = unless.getOrDefault(phrase.dataClass(), Set.of());
    return after.stream().allMatch(this::mayFollow)
        && before.stream().noneMatch(word -> negate.contains(word) || not.contains(word))
        && (phrase.strength() != Strength.PEOPLE
            || (ofPeople
                && before.stream().allMatch(word -> people.contains(word) || mayFollow(word))));
  }

  private boolean mayFollow(String word) {
    return mayFollow.contains(word) || Character.isDigit(word.charAt(0));
  }
}
