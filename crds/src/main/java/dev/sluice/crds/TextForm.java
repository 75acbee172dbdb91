package dev.sluice.crds;

/**
 * Forms of text that occur in several fields: what they look like, how long they may be and what a
 * person reads who wrote something else. Expressions are of RE2, which the API server uses; what
 * they accept Java accepts too.
 */
enum TextForm {
  /** A duration; {@link Durations} reads it. */
  DURATION(
      Durations.PATTERN,
      20,
      "write hours, minutes and seconds in this order, such as 1h30m or 90s"),

  /** {@code schema.table}, exact names. */
  TABLE(
      "^" + TextForm.PART + "[.]" + TextForm.PART + "$",
      200,
      "write schema.table, such as public.orders; a part with a dot or a double quote in it stands"
          + " in double quotes"),

  /** {@code schema.table.column}, where a part may be {@code *}. */
  COLUMN_PATTERN(
      "^" + TextForm.PART + "[.]" + TextForm.PART + "[.]" + TextForm.PART + "$",
      200,
      "write schema.table.column, where a part may be *, such as *.*.birth_date"),

  /** Where a value stands in a JSON document. */
  JSON_PATH(
      "^[$]([.][.]?([A-Za-z0-9_-]+|\"([^\"]|\"\")+\")|[[][*][]])+$",
      200,
      "write a path such as $.contact.email, $.items[*].card or $..ssn; a name of other characters"
          + " than letters, digits, _ and - stands in double quotes"),

  /** A class of data. */
  CLASS(
      "^" + TextForm.WORD + "$",
      63,
      "write a class in lower case, such as pii.email: letters and digits, separated by dots or"
          + " hyphens"),

  /** A class of data, or all classes below one. */
  CLASS_PATTERN(
      "^" + TextForm.WORD + "([.][*])?$",
      63,
      "write a class in lower case, such as pii.email, or pci.* for every class below pci"),

  /** What an access is for. */
  PURPOSE(
      "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
      63,
      "write one word in lower case, such as order-processing: letters, digits and hyphens"),

  /** A host. Two colons make an IPv6 address, one would be a port. */
  HOST(
      "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?[.]?|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$",
      253,
      "write a DNS name or an IP address, without scheme and port"),

  /** The name of a namespace. */
  NAMESPACE(
      "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
      63,
      "write the name of a namespace: lower case letters, digits and hyphens"),

  /** The name of an object in Kubernetes. */
  OBJECT_NAME(
      "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
      253,
      "write the name of an object: lower case letters, digits, hyphens and dots"),

  /** A key of a ConfigMap or Secret. */
  DATA_KEY(
      "^[A-Za-z0-9._-]+$",
      253,
      "write a key such as ca.crt: letters, digits, dots, hyphens and underscores"),

  /** The word of a rotation. */
  ROTATION(
      "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
      63,
      "write a word such as 2026-11: lower case letters, digits, dots and hyphens"),

  /** The name of a rule. */
  RULE_NAME(
      "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
      63,
      "write a name in lower case, such as no-mass-delete: letters, digits and hyphens"),

  /** A kind of object. */
  KIND("^[A-Z][A-Za-z0-9]*$", 63, "write a kind such as Deployment or CronJob");

  /** A part of a dotted SQL name: plain, or in double quotes with double quotes in it doubled. */
  private static final String PART = "([^\".]+|\"([^\"]|\"\")+\")";

  private static final String WORD = "[a-z0-9]+([.-][a-z0-9]+)*";

  private final String expression;
  private final int maximumLength;
  private final String message;

  TextForm(String expression, int maximumLength, String message) {
    this.expression = expression;
    this.maximumLength = maximumLength;
    this.message = message;
  }

  /** What the whole text must match. */
  String expression() {
    return expression;
  }

  /** The greatest number of characters. */
  int maximumLength() {
    return maximumLength;
  }

  /** What a person reads who wrote something else. */
  String message() {
    return message;
  }
}
