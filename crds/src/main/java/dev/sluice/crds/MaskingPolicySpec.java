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
 * @param accesses the accesses that it is for; null: all
 * @param rules what is masked how
 * @param exemptions for whom it is not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MaskingPolicySpec(
    @Default("{}")
        @JsonPropertyDescription("Labels of the Databases that it is for. Absent or empty: all.")
        @Nullable LabelSelector databases,
    @JsonPropertyDescription(
            "The accesses that it is for. Absent: all. For the others its rules say nothing.")
        @Nullable Accesses accesses,
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
   * Which accesses a policy is for: those of which all of this is true.
   *
   * @param namespaces labels of their namespaces; null: all
   * @param purposes their purposes; null: all
   */
  @ValidationRule(
      value = "has(self.namespaces) || has(self.purposes)",
      message = "write namespaces or purposes: without one the policy is for all accesses")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Accesses(
      @JsonPropertyDescription("Labels of the namespaces of the accesses. Absent: all.")
          @Nullable LabelSelector namespaces,
      @Size(min = 1, max = 50) @UniqueItems
          @JsonPropertyDescription("The purposes of the accesses. Absent: all.")
          @Nullable List<@Text(TextForm.PURPOSE) String> purposes) {
    /** An immutable copy. */
    public Accesses {
      purposes = purposes == null ? null : List.copyOf(purposes);
    }
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
   * @param dateShift with {@code DateShift}
   * @param bucket with {@code Bucket}
   * @param noise with {@code Noise}
   * @param postalCode with {@code PostalCode}
   * @param network with {@code Network}
   * @param jsonPaths with {@code JsonPaths}
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
  @ValidationRule(
      value = "(self.type == 'DateShift') == has(self.dateShift)",
      message = "dateShift goes with type: DateShift, and only with it")
  @ValidationRule(
      value = "(self.type == 'Bucket') == has(self.bucket)",
      message = "bucket goes with type: Bucket, and only with it")
  @ValidationRule(
      value = "(self.type == 'Noise') == has(self.noise)",
      message = "noise goes with type: Noise, and only with it")
  @ValidationRule(
      value = "(self.type == 'PostalCode') == has(self.postalCode)",
      message = "postalCode goes with type: PostalCode, and only with it")
  @ValidationRule(
      value = "(self.type == 'Network') == has(self.network)",
      message = "network goes with type: Network, and only with it")
  @ValidationRule(
      value = "(self.type == 'JsonPaths') == has(self.jsonPaths)",
      message = "jsonPaths goes with type: JsonPaths, and only with it")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Mask(
      @Required
          @JsonPropertyDescription(
              "What becomes of a value; the column's type stays. Nullify: NULL. Constant: the same"
                  + " value for every row. Hash: a keyed hash in hexadecimal digits, equal for"
                  + " equal values. Token: a keyed token of the same shape, equal for equal values."
                  + " Email: an address whose local part is a keyed token and whose domain is kept."
                  + " KeepFirst, KeepLast: the first or last characters, the others as asterisks."
                  + " DateTrunc: a date or time cut to its year or month. DateShift: a date or time"
                  + " moved by a keyed number of days. Bucket: a number cut down to a multiple."
                  + " Noise: a number moved by a keyed part of it. PostalCode: the first letters"
                  + " and digits, 0 and X for the others. Network: an address without the bits of"
                  + " the host. JsonPaths: JSON without the values at some paths. JsonKeys: JSON"
                  + " without any value, its keys and structure kept.")
          MaskType type,
      @JsonPropertyDescription("With type Constant: the value.") @Nullable Constant constant,
      @JsonPropertyDescription("With type KeepFirst: how many characters.")
          @Nullable KeepCharacters keepFirst,
      @JsonPropertyDescription("With type KeepLast: how many characters.")
          @Nullable KeepCharacters keepLast,
      @JsonPropertyDescription("With type DateTrunc: what remains.") @Nullable DateTrunc dateTrunc,
      @JsonPropertyDescription("With type DateShift: how far, and for whom the same.")
          @Nullable DateShift dateShift,
      @JsonPropertyDescription("With type Bucket: how wide.") @Nullable Bucket bucket,
      @JsonPropertyDescription("With type Noise: how much.") @Nullable Noise noise,
      @JsonPropertyDescription("With type PostalCode: how much is kept.")
          @Nullable PostalCode postalCode,
      @JsonPropertyDescription("With type Network: how many bits are kept.")
          @Nullable Network network,
      @JsonPropertyDescription("With type JsonPaths: which values, and what becomes of them.")
          @Nullable JsonPaths jsonPaths) {}

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
    DateTrunc,
    /** A date or time stamp moved by a keyed number of days. */
    DateShift,
    /** A number cut down to a multiple. */
    Bucket,
    /** A number moved by a keyed part of it. */
    Noise,
    /** The first letters and digits; a zero for each other digit, an X for each other letter. */
    PostalCode,
    /** An address without the bits of the host. */
    Network,
    /** JSON without the values at some paths. */
    JsonPaths,
    /** JSON without any value, its keys and structure kept. */
    JsonKeys
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
   * How far a date is moved.
   *
   * @param days most days, earlier or later
   * @param subjectColumn a column of the same table whose value says how far; absent: the date
   *     itself does
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DateShift(
      @Required
          @Min(1) @Max(366) @JsonPropertyDescription(
              "A date is moved by a keyed number of days, this many at most, earlier or later,"
                  + " never by none.")
          Integer days,
      @Size(min = 1, max = 63) @JsonPropertyDescription(
              "A column of the same table, such as customer_id: all dates of rows with the same"
                  + " value in it are moved by the same number, so that what lies between them"
                  + " stays. The name is exact. Absent: equal dates are moved by the same number.")
          @Nullable String subjectColumn) {}

  /**
   * To what a number is cut down.
   *
   * @param width the multiple
   */
  public record Bucket(
      @Required
          @Min(1) @Max(1_000_000_000_000_000L) @JsonPropertyDescription(
              "A number becomes the greatest multiple of this that is not above it.")
          Long width) {}

  /**
   * By how much a number is moved.
   *
   * @param percent most of it, up or down
   */
  public record Noise(
      @Required
          @Min(1) @Max(100) @JsonPropertyDescription(
              "A number is moved by a keyed part of it, this many percent at most, up or down, and"
                  + " rounded to what its type holds.")
          Integer percent) {}

  /**
   * How much of a code is kept.
   *
   * @param digits the first letters and digits
   */
  public record PostalCode(
      @Required
          @Min(1) @Max(10) @JsonPropertyDescription(
              "How many of the first letters and digits are kept; a code that has no more keeps"
                  + " none.")
          Integer digits) {}

  /**
   * How much of an address is kept.
   *
   * @param ipv4 leading bits of an IPv4 address
   * @param ipv6 leading bits of an IPv6 address
   */
  public record Network(
      @Min(8) @Max(32) @Default("24")
          @JsonPropertyDescription("How many leading bits of an IPv4 address are kept.")
          @Nullable Integer ipv4,
      @Min(16) @Max(128) @Default("48")
          @JsonPropertyDescription("How many leading bits of an IPv6 address are kept.")
          @Nullable Integer ipv6) {
    /** 24 and 48 bits, where none are given. */
    public Network {
      ipv4 = ipv4 == null ? Integer.valueOf(24) : ipv4;
      ipv6 = ipv6 == null ? Integer.valueOf(48) : ipv6;
    }
  }

  /**
   * Which values of a JSON document are masked.
   *
   * @param paths where they stand
   * @param mask what becomes of them; absent: {@code Nullify}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record JsonPaths(
      @Required
          @Size(min = 1, max = 20) @UniqueItems
          @JsonPropertyDescription(
              "Where the values stand: $.contact.email is a member of a member, $.items[*].card"
                  + " one of every element, $..ssn every member of this name however deep. A name"
                  + " of other characters than letters, digits, _ and - stands in double quotes."
                  + " A name looks through arrays.")
          List<@Text(TextForm.JSON_PATH) String> paths,
      @Default("Nullify")
          @JsonPropertyDescription(
              "What becomes of them. Nullify: null. Hash, Token: texts and numbers become keyed"
                  + " ones as with the masks of these names, within objects and arrays too; other"
                  + " values become null.")
          @Nullable JsonValueMask mask) {
    /** An immutable copy, and {@code Nullify} where no mask is given. */
    public JsonPaths {
      paths = paths == null ? List.of() : List.copyOf(paths);
      mask = mask == null ? JsonValueMask.Nullify : mask;
    }
  }

  /** What becomes of values within JSON, from the strictest to the mildest. */
  public enum JsonValueMask {
    /** null. */
    Nullify,
    /** Keyed hashes. */
    Hash,
    /** Keyed tokens. */
    Token
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
