package dev.sluice.policy.discovery;

import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.discovery.ColumnNames.Meaning;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proposes classes for columns. What the name says and what was found are two witnesses: where they
 * agree each makes the other likelier, where they differ the likelier one is heard.
 */
public final class Suggestions {
  /** What is less likely than this is not worth a person's look. */
  private static final int LEAST = 25;

  private static final int MOST = 99;

  /** What a comment says counts less than the name. */
  private static final int OF_COMMENT = 40;

  /** A column of addresses of the network holds such, but not always of persons. */
  private static final int OF_ADDRESS_TYPE = 40;

  /** So many values tell something about all. */
  private static final int MANY = 20;

  private static final int FEW = 5;

  /** Where half of the values are of a kind, the column is of it. */
  private static final double MOSTLY = 0.5;

  /** One of ten numbers has a right check digit by chance; versions look like addresses. */
  private static final double BEYOND_CHANCE = 0.15;

  private static final double WORTH_TELLING = 0.01;

  private Suggestions() {}

  /**
   * Proposes classes.
   *
   * @param columns what was found
   * @return at most one for each column, the likeliest first
   */
  public static List<ClassSuggestion> of(Collection<ObservedColumn> columns) {
    List<ClassSuggestion> all = new ArrayList<>();
    for (ObservedColumn column : columns) {
      likeliest(column).ifPresent(all::add);
    }
    all.sort(ClassSuggestion.LIKELIEST_FIRST);
    return List.copyOf(all);
  }

  private static Optional<ClassSuggestion> likeliest(ObservedColumn column) {
    Sample sample = column.sample() == null ? Sample.NOTHING : column.sample();
    Map<DataClass, Integer> confidence = byNames(column);
    confidence.replaceAll((dataClass, named) -> doubted(dataClass, named, sample));
    confidence.replaceAll((dataClass, named) -> confirmed(dataClass, named, sample));
    boolean freeText = confidence.containsKey(DataClass.FREE_TEXT);
    byValues(column.type(), sample, freeText)
        .forEach((dataClass, seen) -> confidence.merge(dataClass, seen, Suggestions::together));
    return confidence.entrySet().stream()
        .filter(each -> each.getValue() >= LEAST)
        .max(
            Map.Entry.<DataClass, Integer>comparingByValue()
                .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
        .map(
            each ->
                new ClassSuggestion(
                    column.relation(),
                    column.column(),
                    each.getKey().text(),
                    each.getValue(),
                    sample.looked(),
                    found(each.getKey(), sample)));
  }

  private static Map<DataClass, Integer> byNames(ObservedColumn column) {
    Map<DataClass, Integer> confidence = new EnumMap<>(DataClass.class);
    ColumnType type = column.type();
    boolean ofPeople = ColumnNames.STANDARD.speaksOfPeople(column.relation().name());
    ColumnNames.STANDARD
        .ofName(column.column(), ofPeople)
        .filter(meaning -> meaning.dataClass().fits(type))
        .ifPresent(meaning -> confidence.put(meaning.dataClass(), named(meaning, type)));
    ColumnNames.STANDARD
        .ofComment(column.comment())
        .filter(meaning -> meaning.dataClass().fits(type))
        .ifPresent(
            meaning -> confidence.merge(meaning.dataClass(), OF_COMMENT, Suggestions::together));
    if (type.valued().family() == Family.ADDRESS && type.valued().name().equals("inet")) {
      confidence.merge(DataClass.IP_ADDRESS, OF_ADDRESS_TYPE, Suggestions::together);
    }
    return confidence;
  }

  /** A date that is called one of birth is one. */
  private static int named(Meaning meaning, ColumnType type) {
    return meaning.dataClass() == DataClass.BIRTH_DATE && type.valued().family() == Family.DATE
        ? together(meaning.confidence(), 50)
        : meaning.confidence();
  }

  /** Where a detector that misses little finds nothing in many values, the name may be wrong. */
  private static int doubted(DataClass dataClass, int named, Sample sample) {
    boolean misses =
        switch (dataClass) {
          case EMAIL, PAN -> sample.looked() >= MANY && sample.of(kind(dataClass)).values() == 0;
          case NAME,
              PHONE,
              NATIONAL_ID,
              BIRTH_DATE,
              ADDRESS,
              POSTAL_CODE,
              IP_ADDRESS,
              INCOME,
              BANK_ACCOUNT,
              SECURITY_CODE,
              PASSWORD,
              TOKEN,
              FREE_TEXT ->
              false;
        };
    return misses ? named / 2 : named;
  }

  /** Where it is found in some values, the name is right: the others are written otherwise. */
  private static int confirmed(DataClass dataClass, int named, Sample sample) {
    Kind kind = dataClass.kind();
    if (kind == null || sample.looked() == 0) {
      return named;
    }
    double part = (double) sample.of(kind).values() / sample.looked();
    return part < MOSTLY ? together(named, (int) (80 * part)) : named;
  }

  private static Kind kind(DataClass dataClass) {
    return dataClass == DataClass.EMAIL ? Kind.Email : Kind.PaymentCard;
  }

  private static Map<DataClass, Integer> byValues(
      ColumnType type, Sample sample, boolean calledFreeText) {
    Map<DataClass, Integer> confidence = new EnumMap<>(DataClass.class);
    int looked = sample.looked();
    if (looked == 0) {
      return confidence;
    }
    int inside = 0;
    for (Kind kind : Kind.values()) {
      Sample.Count count = sample.of(kind);
      double whole = (double) count.whole() / looked;
      if (whole >= MOSTLY) {
        int seen = certainty(kind) - (int) (20 * (1 - whole)) - tooFew(looked);
        confidence.merge(DataClass.of(kind), seen, Math::max);
      }
      int values = count.values() - count.whole();
      double part = (double) values / looked;
      boolean tells =
          calledFreeText
              ? values > 0
              : part >= (byChance(kind) ? BEYOND_CHANCE : WORTH_TELLING) && values > 1;
      if (tells) {
        inside = Math.max(inside, 55 + (int) (40 * Math.min(1, 4 * part)) - tooFew(looked) / 2);
      }
    }
    if (inside > 0 && DataClass.FREE_TEXT.fits(type)) {
      confidence.put(DataClass.FREE_TEXT, inside);
    }
    return confidence;
  }

  private static int certainty(Kind kind) {
    return switch (kind) {
      case Iban -> 97;
      case PaymentCard -> 96;
      case Email, Secret -> 95;
      case Phone -> 88;
      case NationalId, IpAddress -> 85;
    };
  }

  private static boolean byChance(Kind kind) {
    return switch (kind) {
      case PaymentCard, NationalId, IpAddress -> true;
      case Email, Phone, Iban, Secret -> false;
    };
  }

  private static int tooFew(int looked) {
    if (looked >= MANY) {
      return 0;
    }
    return looked >= FEW ? 10 : looked > 1 ? 25 : 45;
  }

  /** Two witnesses that do not know of each other. */
  private static int together(int one, int other) {
    return Math.min(MOST, 100 - (100 - one) * (100 - other) / 100);
  }

  private static int found(DataClass dataClass, Sample sample) {
    int most = 0;
    for (Kind kind : Kind.values()) {
      if (dataClass == DataClass.FREE_TEXT || dataClass == DataClass.of(kind)) {
        most = Math.max(most, sample.of(kind).values());
      }
    }
    return most;
  }
}
