package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules of masking.
 *
 * @param databases labels of the Databases that it is for; empty: all
 * @param rules what is masked how
 * @param exemptions for whom it is not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MaskingPolicySpec(
    @Default("{}")
        @JsonPropertyDescription("Labels of the Databases that it is for. Absent or empty: all.")
        @Nullable LabelSelector databases,
    @Required
        @Size(min = 1, max = 100) @JsonPropertyDescription(
            "What is masked how. Where several rules name a column, the strictest mask wins.")
        List<Rule> rules,
    @Size(max = 100) @JsonPropertyDescription("Which purposes see which classes unmasked, and why.")
        @Nullable List<Exemption> exemptions) {

  /** Absent lists become empty ones. */
  public MaskingPolicySpec {
    databases = databases == null ? new LabelSelector() : databases;
    rules = rules == null ? List.of() : List.copyOf(rules);
    exemptions = exemptions == null ? List.of() : List.copyOf(exemptions);
  }

  /**
   * One rule.
   *
   * @param match the columns
   * @param mask the mask; null: they are not masked
   * @param detect what is looked for in them; null: nothing
   */
  @ValidationRule(
      value = "has(self.mask) || has(self.detect)",
      message = "a rule needs mask or detect: without one it does nothing")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rule(
      @Required @JsonPropertyDescription("The columns, by class or by name.") Match match,
      @JsonPropertyDescription("The mask, which the database keeps.") @Nullable Mask mask,
      @JsonPropertyDescription(
              "What the gate looks for in the texts of these columns, for what no column tells.")
          @Nullable Detect detect) {
    /** A rule that masks. */
    public Rule(Match match, Mask mask) {
      this(match, mask, null);
    }
  }

  /**
   * What the gate looks for in texts, and what becomes of a value in which it finds it.
   *
   * @param kinds what it looks for
   * @param action what becomes of it; null: {@code Redact}
   */
  public record Detect(
      @Required
          @Size(min = 1, max = 20) @UniqueItems
          @JsonPropertyDescription(
              "What is looked for. Email: addresses of electronic mail. Phone: telephone numbers."
                  + " PaymentCard: card numbers with a right check digit. Iban: bank account"
                  + " numbers. IpAddress: addresses of the Internet Protocol. NationalId: numbers"
                  + " that states give to persons. Secret: keys, tokens and passwords of well-known"
                  + " forms.")
          List<DetectKind> kinds,
      @Default("Redact")
          @JsonPropertyDescription(
              "What becomes of it. Redact: it is replaced within the value. Refuse: the statement"
                  + " ends with an error before the row is sent. Observe: only the event tells it."
                  + " Of several rules the strictest action holds: Refuse, then Redact.")
          @Nullable DetectAction action) {
    /** An absent action becomes {@code Redact}. */
    public Detect {
      kinds = kinds == null ? List.of() : List.copyOf(kinds);
      action = action == null ? DetectAction.Redact : action;
    }
  }

  /** What is looked for. */
  public enum DetectKind {
    Email,
    Phone,
    PaymentCard,
    Iban,
    IpAddress,
    NationalId,
    Secret
  }

  /** What becomes of what is found. */
  public enum DetectAction {
    Redact,
    Refuse,
    Observe
  }

  /**
   * Columns, by class or by name; both given: either.
   *
   * @param classes classes such as {@code pii.email}; {@code pci.*} means every class below {@code
   *     pci}
   * @param columns {@code schema.table.column}, where a part may be {@code *}
   */
  @ValidationRule(
      value = "has(self.classes) || has(self.columns)",
      message = "match needs classes or columns: without one the rule masks nothing")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Match(
      @Size(min = 1, max = 100) @UniqueItems
          @JsonPropertyDescription("Classes such as pii.email; pci.* names every class below pci.")
          @Nullable List<@Text(TextForm.CLASS_PATTERN) String> classes,
      @Size(min = 1, max = 50) @UniqueItems
          @JsonPropertyDescription(
              "Columns as schema.table.column, where a part may be *, such as *.*.birth_date. Names"
                  + " are exact.")
          @Nullable List<@Text(TextForm.COLUMN_PATTERN) String> columns) {
    /** Absent lists become empty ones. */
    public Match {
      classes = classes == null ? List.of() : List.copyOf(classes);
      columns = columns == null ? List.of() : List.copyOf(columns);
    }
  }

  /**
   * A mask: its type and, where the type has parameters, one field of the type's name.
   *
   * @param type the type
   * @param constant with {@code Constant}
   * @param keepFirst with {@code KeepFirst}
   * @param keepLast with {@code KeepLast}
   * @param dateTrunc with {@code DateTrunc}
   */
  @ValidationRule(
      value = "(self.type == 'Constant') == has(self.constant)",
      message = "constant goes with type: Constant, and only with it")
  @ValidationRule(
      value = "(self.type == 'KeepFirst') == has(self.keepFirst)",
      message = "keepFirst goes with type: KeepFirst, and only with it")
  @ValidationRule(
      value = "(self.type == 'KeepLast') == has(self.keepLast)",
      message = "keepLast goes with type: KeepLast, and only with it")
  @ValidationRule(
      value = "(self.type == 'DateTrunc') == has(self.dateTrunc)",
      message = "dateTrunc goes with type: DateTrunc, and only with it")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Mask(
      @Required
          @JsonPropertyDescription(
              "What becomes of a value; the column's type stays. Nullify: NULL. Constant: the same"
                  + " value for every row. Hash: a keyed hash in hexadecimal digits, equal for"
                  + " equal values. Token: a keyed token of the same shape, equal for equal values."
                  + " Email: an address whose local part is a keyed token and whose domain is kept."
                  + " KeepFirst, KeepLast: the first or last characters, the others as asterisks."
                  + " DateTrunc: a date or time cut to its year or month.")
          MaskType type,
      @JsonPropertyDescription("With type Constant: the value.") @Nullable Constant constant,
      @JsonPropertyDescription("With type KeepFirst: how many characters.")
          @Nullable KeepCharacters keepFirst,
      @JsonPropertyDescription("With type KeepLast: how many characters.")
          @Nullable KeepCharacters keepLast,
      @JsonPropertyDescription("With type DateTrunc: what remains.")
          @Nullable DateTrunc dateTrunc) {}

  /** Types of mask. Each keeps the column's type. */
  public enum MaskType {
    /** NULL. In resources it has another name, for a bare {@code Null} is no text in YAML. */
    @JsonProperty("Nullify")
    Null,
    /** The same value for every row. */
    Constant,
    /** A keyed hash in hexadecimal digits: equal values stay equal. */
    Hash,
    /** A keyed token of the same shape; a card number stays one by length and check digit. */
    Token,
    /** An address whose local part is a keyed token and whose domain is kept. */
    Email,
    /** The first characters, the others as asterisks. */
    KeepFirst,
    /** The last characters, the others as asterisks. */
    KeepLast,
    /** A date or time stamp cut to the year or month. */
    DateTrunc
  }

  /**
   * A fixed value.
   *
   * @param value in the text form of the column's type
   */
  public record Constant(
      @Required
          @Size(max = 1000) @JsonPropertyDescription("The value in the text form of the column's type.")
          String value) {}

  /**
   * How many characters are kept.
   *
   * @param characters 1 to 64; a value no longer than this is wholly masked
   */
  public record KeepCharacters(
      @Required
          @Min(1) @Max(64) @JsonPropertyDescription(
              "How many characters are kept; a value that is no longer is masked as a whole.")
          Integer characters) {}

  /**
   * To what a date is cut.
   *
   * @param to the unit that remains
   */
  public record DateTrunc(
      @Required @JsonPropertyDescription("The unit that remains: Year or Month.") DateUnit to) {}

  /** Units of a date. */
  public enum DateUnit {
    Year,
    Month
  }

  /**
   * For whom classes are not masked.
   *
   * @param purposes purposes of grants
   * @param classes classes that those grants see unmasked
   * @param reason why, such as a ticket
   * @param expiresAt when the exemption ends by itself
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Exemption(
      @Required
          @Size(min = 1, max = 50) @UniqueItems
          @JsonPropertyDescription("The purposes of accesses that are exempt.")
          List<@Text(TextForm.PURPOSE) String> purposes,
      @Required
          @Size(min = 1, max = 50) @UniqueItems
          @JsonPropertyDescription("The classes that those accesses see unmasked.")
          List<@Text(TextForm.CLASS_PATTERN) String> classes,
      @Required @Size(min = 1, max = 1000) @JsonPropertyDescription("Why, such as a ticket.")
          String reason,
      @JsonPropertyDescription(
              "When the exemption ends by itself, such as 2027-01-01T00:00:00Z. Absent: it does"
                  + " not.")
          @Nullable ZonedDateTime expiresAt) {
    /** Immutable copies. */
    public Exemption {
      purposes = purposes == null ? List.of() : List.copyOf(purposes);
      classes = classes == null ? List.of() : List.copyOf(classes);
    }
  }
}
