package dev.sluice.policy.discovery;

import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import org.jspecify.annotations.Nullable;

/** The classes that are proposed. Teams may have others, which are never proposed. */
public enum DataClass {
  EMAIL("pii.email", Kind.Email, 5),
  NAME("pii.name", null, 4),
  PHONE("pii.phone", Kind.Phone, 5),
  NATIONAL_ID("pii.national-id", Kind.NationalId, 5),
  BIRTH_DATE("pii.birth-date", null, 4),
  ADDRESS("pii.address", null, 4),
  POSTAL_CODE("pii.postal-code", null, 4),
  IP_ADDRESS("pii.ip-address", Kind.IpAddress, 7),
  INCOME("pii.income", null, 3),
  BANK_ACCOUNT("bank.account", Kind.Iban, 6),
  PAN("pci.pan", Kind.PaymentCard, 12),
  SECURITY_CODE("pci.security-code", null, 3),
  PASSWORD("secret.password", null, 4),
  TOKEN("secret.token", Kind.Secret, 8),
  FREE_TEXT("free-text", null, 20);

  private final String text;
  private final @Nullable Kind kind;
  private final int shortest;

  DataClass(String text, @Nullable Kind kind, int shortest) {
    this.text = text;
    this.kind = kind;
    this.shortest = shortest;
  }

  /** As classifications write it. */
  public String text() {
    return text;
  }

  /** What a detector calls such data; null where no detector knows it. */
  @Nullable Kind kind() {
    return kind;
  }

  /** Whether a column of this type can hold such data. */
  boolean fits(ColumnType type) {
    ColumnType value = type.valued();
    Integer length = value.length();
    return fits(value.family()) && (length == null || length >= shortest);
  }

  private boolean fits(Family family) {
    boolean text = family == Family.TEXT || family == Family.JSON || family == Family.OTHER;
    boolean large = family == Family.BIGINT || family == Family.NUMERIC;
    boolean small = family == Family.SMALLINT || family == Family.INTEGER;
    return switch (this) {
      case EMAIL, NAME, ADDRESS, FREE_TEXT -> text;
      case PHONE, BANK_ACCOUNT, PAN -> text || large;
      case NATIONAL_ID -> text || large || family == Family.INTEGER;
      case POSTAL_CODE -> text || family == Family.INTEGER;
      case SECURITY_CODE -> text || small || family == Family.NUMERIC;
      case INCOME -> text || small || large || family == Family.FLOAT;
      case IP_ADDRESS -> text || family == Family.ADDRESS;
      case PASSWORD -> text || family == Family.BYTES;
      case TOKEN -> text || family == Family.BYTES || family == Family.UUID;
      case BIRTH_DATE ->
          text
              || small
              || family == Family.DATE
              || family == Family.TIMESTAMP
              || family == Family.TIMESTAMP_WITH_ZONE;
    };
  }

  static DataClass of(Kind kind) {
    return switch (kind) {
      case Email -> EMAIL;
      case Phone -> PHONE;
      case PaymentCard -> PAN;
      case Iban -> BANK_ACCOUNT;
      case IpAddress -> IP_ADDRESS;
      case NationalId -> NATIONAL_ID;
      case Secret -> TOKEN;
    };
  }
}
