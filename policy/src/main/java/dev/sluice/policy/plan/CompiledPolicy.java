package dev.sluice.policy.plan;

import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.mask.JsonPath;
import dev.sluice.policy.mask.Mask;
import dev.sluice.policy.mask.NamePattern;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One MaskingPolicy, its rules read once. */
final class CompiledPolicy {
  static final String UNKNOWN_SCHEMA = "UnknownSchema";

  private final String name;
  private final MaskingPolicySpec spec;
  private final List<CompiledRule> rules = new ArrayList<>();
  private final List<CompiledDetection> detections = new ArrayList<>();
  private final List<Patterns> patterns = new ArrayList<>();
  private final List<PlanProblem> problems = new ArrayList<>();

  /**
   * One rule.
   *
   * @param field where it stands
   * @param classes patterns of classes
   * @param columns patterns of columns
   * @param mask its mask; Null where the rule is not complete
   * @param subject with {@code DateShift}, the column whose value says how far; null: none is named
   */
  record CompiledRule(
      String field,
      List<String> classes,
      List<NamePattern.Column> columns,
      Mask mask,
      @Nullable String subject) {

    /** Whether a column of this name and these classes is meant. */
    boolean matches(ColumnName column, Set<String> itsClasses) {
      return CompiledPolicy.matches(classes, columns, column, itsClasses);
    }

    /** Whether data of this class is meant. */
    boolean matches(String itsClass) {
      return classes.stream().anyMatch(pattern -> NamePattern.matches(pattern, itsClass));
    }
  }

  /**
   * What a rule has the gate look for.
   *
   * @param field where it stands
   * @param classes patterns of classes
   * @param columns patterns of columns
   * @param kinds what is looked for
   * @param action what becomes of it
   */
  record CompiledDetection(
      String field,
      List<String> classes,
      List<NamePattern.Column> columns,
      List<Kind> kinds,
      Action action) {
    private static final NamePattern.Column EVERY = new NamePattern.Column("*", "*", "*");

    /** Whether a column of this name and these classes is meant. */
    boolean matches(ColumnName column, Set<String> itsClasses) {
      return CompiledPolicy.matches(classes, columns, column, itsClasses);
    }

    /** Whether every text is meant, of whatever column. */
    boolean isForEverything() {
      return columns.contains(EVERY);
    }
  }

  /** Columns that a rule names, and where. */
  private record Patterns(String field, List<NamePattern.Column> columns) {}

  private static boolean matches(
      List<String> classes,
      List<NamePattern.Column> columns,
      ColumnName column,
      Set<String> itsClasses) {
    return classes.stream()
            .anyMatch(
                pattern -> itsClasses.stream().anyMatch(each -> NamePattern.matches(pattern, each)))
        || columns.stream()
            .anyMatch(pattern -> pattern.matches(column.relation(), column.column()));
  }

  /** Whether a column is exempt, and until when. */
  record Exempt(boolean exempt, @Nullable Instant until) {}

  CompiledPolicy(Named<MaskingPolicySpec> policy) {
    this.name = policy.name();
    this.spec = policy.spec();
    for (int index = 0; index < spec.rules().size(); index++) {
      MaskingPolicySpec.Rule rule = spec.rules().get(index);
      String field = "spec.rules[%d]".formatted(index);
      List<NamePattern.Column> columns = new ArrayList<>();
      List<String> patterns = Objects.requireNonNullElse(rule.match().columns(), List.of());
      for (int place = 0; place < patterns.size(); place++) {
        try {
          columns.add(NamePattern.Column.parse(patterns.get(place)));
        } catch (IllegalArgumentException e) {
          add(
              "%s.match.columns[%d]".formatted(field, place),
              "InvalidPattern",
              String.valueOf(e.getMessage()),
              "Correct the pattern: until then it matches no column");
        }
      }
      List<String> classes = Objects.requireNonNullElse(rule.match().classes(), List.of());
      if (classes.contains(Classifications.NONE)) {
        add(
            field + ".match.classes",
            "ReservedClass",
            "the class none says that a column holds nothing sensitive, so no column matches it",
            "Remove it, or match the columns by their names");
      }
      this.patterns.add(new Patterns(field, columns));
      MaskingPolicySpec.Mask mask = rule.mask();
      if (mask != null) {
        MaskingPolicySpec.DateShift shift = mask.dateShift();
        rules.add(
            new CompiledRule(
                field,
                classes,
                columns,
                mask(field, mask),
                shift == null ? null : shift.subjectColumn()));
      }
      MaskingPolicySpec.Detect detect = rule.detect();
      if (detect != null) {
        detections.add(
            new CompiledDetection(
                field,
                classes,
                columns,
                detect.kinds().stream().map(CompiledPolicy::kind).sorted().toList(),
                action(detect.action())));
      }
    }
  }

  String name() {
    return name;
  }

  List<CompiledRule> rules() {
    return rules;
  }

  List<CompiledDetection> detections() {
    return detections;
  }

  List<PlanProblem> problems() {
    return problems;
  }

  private static Kind kind(MaskingPolicySpec.DetectKind kind) {
    return switch (kind) {
      case Email -> Kind.Email;
      case Phone -> Kind.Phone;
      case PaymentCard -> Kind.PaymentCard;
      case Iban -> Kind.Iban;
      case IpAddress -> Kind.IpAddress;
      case NationalId -> Kind.NationalId;
      case Secret -> Kind.Secret;
    };
  }

  private static Action action(MaskingPolicySpec.@Nullable DetectAction action) {
    return switch (action) {
      case null -> Action.Redact;
      case Observe -> Action.Observe;
      case Redact -> Action.Redact;
      case Refuse -> Action.Refuse;
    };
  }

  /** Whether the policy is for this database. A selector that cannot be read selects everything. */
  boolean appliesTo(DatabaseIdentity database) {
    try {
      return spec.databases() == null || Selectors.selects(spec.databases(), database.labels());
    } catch (IllegalArgumentException e) {
      add(
          "spec.databases",
          "InvalidSelector",
          String.valueOf(e.getMessage()),
          "Correct the selector: until then the policy applies to every Database");
      return true;
    }
  }

  /** Whether it is for some accesses alone. */
  boolean chooses() {
    return spec.accesses() != null;
  }

  /**
   * Whether the policy is for an access. A selector that cannot be read selects everything.
   *
   * @param namespaceLabels the labels of its namespace
   * @param purpose its purpose
   */
  boolean appliesTo(Map<String, String> namespaceLabels, String purpose) {
    MaskingPolicySpec.Accesses accesses = spec.accesses();
    if (accesses == null) {
      return true;
    }
    if (accesses.purposes() != null && !accesses.purposes().contains(purpose)) {
      return false;
    }
    try {
      return accesses.namespaces() == null
          || Selectors.selects(accesses.namespaces(), namespaceLabels);
    } catch (IllegalArgumentException e) {
      add(
          "spec.accesses.namespaces",
          "InvalidSelector",
          String.valueOf(e.getMessage()),
          "Correct the selector: until then the policy applies in every namespace");
      return true;
    }
  }

  /**
   * Whether all of a column's classes are exempt for a purpose.
   *
   * @param purpose the purpose of the grant
   * @param classes the column's classes
   * @param now the time
   */
  Exempt exempt(String purpose, Collection<String> classes, Instant now) {
    List<MaskingPolicySpec.Exemption> active =
        Objects.requireNonNullElse(spec.exemptions(), List.<MaskingPolicySpec.Exemption>of())
            .stream()
            .filter(each -> each.purposes().contains(purpose))
            .filter(each -> each.expiresAt() == null || each.expiresAt().toInstant().isAfter(now))
            .toList();
    Instant until = null;
    for (String each : classes) {
      Instant longest = Instant.MIN;
      for (MaskingPolicySpec.Exemption exemption : active) {
        if (exemption.classes().stream().anyMatch(pattern -> NamePattern.matches(pattern, each))) {
          Instant end =
              exemption.expiresAt() == null ? Instant.MAX : exemption.expiresAt().toInstant();
          longest = end.isAfter(longest) ? end : longest;
        }
      }
      if (longest.equals(Instant.MIN)) {
        return new Exempt(false, null);
      }
      if (!longest.equals(Instant.MAX) && (until == null || longest.isBefore(until))) {
        until = longest;
      }
    }
    return new Exempt(!classes.isEmpty(), until);
  }

  /** Columns that rules name exactly and that do not exist. */
  List<PlanProblem> unknownColumns(Catalogue catalogue, DatabaseIdentity database) {
    int before = problems.size();
    for (Patterns rule : patterns) {
      Set<NamePattern.Column> told = new HashSet<>();
      for (NamePattern.Column pattern : rule.columns()) {
        if (pattern.exact()
            && catalogue.schemas().contains(pattern.schema())
            && told.add(pattern)) {
          look(rule, pattern, catalogue, database);
        }
      }
    }
    return problems.subList(before, problems.size());
  }

  /** Columns in schemas that are named exactly and that no database has. */
  void unknownSchemas(Set<String> schemas) {
    for (Patterns rule : patterns) {
      for (NamePattern.Column pattern : rule.columns()) {
        if (pattern.schema().indexOf('*') < 0 && !schemas.contains(pattern.schema())) {
          add(
              rule.field() + ".match.columns",
              UNKNOWN_SCHEMA,
              "no Database that the policy is for governs schema %s of column %s.%s.%s"
                  .formatted(pattern.schema(), pattern.schema(), pattern.table(), pattern.column()),
              Suggestion.remedy(
                  pattern.schema(),
                  schemas,
                  "Correct the name, or add the schema to spec.ceiling.schemas of the Database that"
                      + " has it"));
        }
      }
    }
  }

  private void look(
      Patterns rule, NamePattern.Column pattern, Catalogue catalogue, DatabaseIdentity database) {
    var table = new dev.sluice.policy.RelationName(pattern.schema(), pattern.table());
    Catalogue.Relation relation = catalogue.relations().get(table);
    String field = rule.field() + ".match.columns";
    if (relation == null) {
      add(
          field,
          "UnknownColumn",
          "table %s of column %s.%s does not exist in Database %s"
              .formatted(table, table, pattern.column(), database),
          "Correct the name, or narrow spec.databases to the databases that have it");
    } else if (relation.column(pattern.column()) == null) {
      add(
          field,
          "UnknownColumn",
          "table %s in Database %s has no column %s".formatted(table, database, pattern.column()),
          Suggestion.remedy(
              pattern.column(),
              relation.columns().stream().map(Catalogue.Column::name).toList(),
              "Correct the name, or narrow spec.databases to the databases that have it"));
    }
  }

  private Mask mask(String field, MaskingPolicySpec.Mask mask) {
    MaskingPolicySpec.Constant constant = mask.constant();
    MaskingPolicySpec.KeepCharacters first = mask.keepFirst();
    MaskingPolicySpec.KeepCharacters last = mask.keepLast();
    MaskingPolicySpec.DateTrunc cut = mask.dateTrunc();
    MaskingPolicySpec.DateShift shift = mask.dateShift();
    MaskingPolicySpec.Bucket bucket = mask.bucket();
    MaskingPolicySpec.Noise noise = mask.noise();
    MaskingPolicySpec.PostalCode code = mask.postalCode();
    MaskingPolicySpec.Network network = mask.network();
    MaskingPolicySpec.JsonPaths paths = mask.jsonPaths();
    return switch (mask.type()) {
      case Null -> new Mask.Nullify();
      case Constant ->
          constant == null ? incomplete(field, "constant") : new Mask.Constant(constant.value());
      case Hash -> new Mask.Hash();
      case Token -> new Mask.Token();
      case Email -> new Mask.Email();
      case KeepFirst ->
          first == null ? incomplete(field, "keepFirst") : new Mask.KeepFirst(first.characters());
      case KeepLast ->
          last == null ? incomplete(field, "keepLast") : new Mask.KeepLast(last.characters());
      case DateTrunc -> cut == null ? incomplete(field, "dateTrunc") : new Mask.DateTrunc(cut.to());
      case DateShift ->
          shift == null ? incomplete(field, "dateShift") : new Mask.DateShift(shift.days(), null);
      case Bucket -> bucket == null ? incomplete(field, "bucket") : new Mask.Bucket(bucket.width());
      case Noise -> noise == null ? incomplete(field, "noise") : new Mask.Noise(noise.percent());
      case PostalCode ->
          code == null ? incomplete(field, "postalCode") : new Mask.PostalCode(code.digits());
      case Network ->
          network == null
              ? incomplete(field, "network")
              : new Mask.Network(
                  Objects.requireNonNull(network.ipv4()), Objects.requireNonNull(network.ipv6()));
      case JsonPaths -> paths == null ? incomplete(field, "jsonPaths") : jsonPaths(field, paths);
      case JsonKeys -> new Mask.JsonKeys();
    };
  }

  private Mask jsonPaths(String field, MaskingPolicySpec.JsonPaths mask) {
    List<JsonPath> paths = new ArrayList<>();
    boolean readable = true;
    for (int place = 0; place < mask.paths().size(); place++) {
      try {
        paths.add(JsonPath.parse(mask.paths().get(place)));
      } catch (IllegalArgumentException e) {
        readable = false;
        add(
            "%s.mask.jsonPaths.paths[%d]".formatted(field, place),
            "InvalidPath",
            String.valueOf(e.getMessage()),
            "Write a path such as $.contact.email, $.items[*].card or $..ssn: until then its"
                + " columns are masked by Nullify");
      }
    }
    if (paths.isEmpty() && readable) {
      return incomplete(field, "jsonPaths.paths");
    }
    return readable
        ? new Mask.JsonPaths(paths, Objects.requireNonNull(mask.mask()))
        : new Mask.Nullify();
  }

  private Mask incomplete(String field, String part) {
    add(
        field + ".mask." + part,
        "IncompleteMask",
        "the mask lacks " + part,
        "Add it: until then its columns are masked by Nullify");
    return new Mask.Nullify();
  }

  void add(String field, String reason, String message, String remedy) {
    PlanProblem problem =
        new PlanProblem(PlanProblem.Kind.MaskingPolicy, "", name, field, reason, message, remedy);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }
}
