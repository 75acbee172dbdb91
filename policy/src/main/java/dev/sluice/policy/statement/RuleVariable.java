package dev.sluice.policy.statement;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the conditions of rules can name: fields of three objects, and the time. */
public enum RuleVariable {
  KIND(
      "statement.kind",
      Type.TEXT,
      "The kind, as SQL writes it: `SELECT`, `DELETE`, `CREATE`, `SECURITY LABEL`; `UNKNOWN` where"
          + " it was not understood. Of `EXPLAIN ANALYZE DELETE`: `EXPLAIN`."),
  KINDS(
      "statement.kinds",
      Type.TEXTS,
      "Every kind in it that would run: of `WITH gone AS (DELETE ...) SELECT` both."),
  BOUNDED(
      "statement.bounded",
      Type.TRUTH,
      "Whether every UPDATE and DELETE in it has a WHERE that chooses among rows; true where there"
          + " is none."),
  WHERE(
      "statement.where",
      Type.TEXT,
      "How the least bounded UPDATE or DELETE in it is: `Bounded`, `Trivial` (by a condition that"
          + " holds for every row) or `Missing`."),
  LIMIT(
      "statement.limit",
      Type.WHOLE,
      "How many rows its outermost query gives at most. Only where a constant says so: ask"
          + " `has(statement.limit)` first."),
  READS(
      "statement.reads",
      Type.TEXTS,
      "The relations that it reads, such as `public.orders`; one that the grant does not have and"
          + " that is named without a schema has none. A part with a dot in it stands in double"
          + " quotes."),
  WRITES("statement.writes", Type.TEXTS, "The relations whose rows it makes, changes or removes."),
  DEFINES(
      "statement.defines",
      Type.TEXTS,
      "The relations that it makes, changes or removes themselves."),
  COLUMNS(
      "statement.columns",
      Type.TEXTS,
      "The columns that it names or means by `*`, such as `public.orders.total`. A name that may be"
          + " of several relations stands for all that have such a column; one that is of none of"
          + " the grant stands alone."),
  CLASSES(
      "statement.classes", Type.TEXTS, "The classes that these columns have, such as `pii.email`."),
  FUNCTIONS(
      "statement.functions",
      Type.TEXTS,
      "The functions that it calls by name, in lower case unless quoted, without their schemas."),
  OBJECT_KINDS(
      "statement.objectKinds",
      Type.TEXTS,
      "Of a schema change, the kinds of object in lower case: `table`, `index`, `role`; `temporary"
          + " table` and the like where they live in the session only."),
  SCHEMA_CHANGE(
      "statement.schemaChange",
      Type.TRUTH,
      "Whether it makes, changes or removes a definition that outlives the session, or gives or"
          + " takes privileges."),
  LOCKS(
      "statement.locks",
      Type.TEXTS,
      "The locks that it takes in so many words: the mode of LOCK, such as `access exclusive`; of a"
          + " query `for update`, `for no key update`, `for share`, `for key share`."),
  CONCURRENTLY("statement.concurrently", Type.TRUTH, "Whether it is done CONCURRENTLY."),
  CASCADE("statement.cascade", Type.TRUTH, "Whether it has CASCADE."),
  REWRITES("statement.rewrites", Type.TRUTH, "Whether it writes a whole relation anew, or may."),
  SCANS(
      "statement.scans", Type.TRUTH, "Whether it reads a whole table, or may, while writers wait."),
  PARAMETER(
      "statement.parameter",
      Type.TEXT,
      "Of SET, RESET and SHOW, the parameter in lower case; else empty."),
  SETTINGS(
      "statement.settings",
      Type.TEXTS,
      "The parameters that it may change for what follows in the session; `*`: any."),
  EXTENSIONS("statement.extensions", Type.TEXTS, "The extensions that it makes or changes."),
  LANGUAGES(
      "statement.languages",
      Type.TEXTS,
      "The languages of the code that it brings, in lower case."),
  SERVER_ACCESS(
      "statement.serverAccess", Type.TRUTH, "Whether it reaches the server's files or programs."),
  OPAQUE(
      "statement.opaque",
      Type.TRUTH,
      "Whether its text does not tell what it does: DO, CALL, EXECUTE of a text made at run time,"
          + " or a text that was not understood."),
  UNDERSTOOD(
      "statement.understood",
      Type.TRUTH,
      "Whether the grammar understood it. Where not, nothing else of it is known."),
  TAGS(
      "statement.tags",
      Type.TEXT_MAP,
      "What the client says of it in a comment at its end"
          + " ([sqlcommenter](https://google.github.io/sqlcommenter/spec/)); asserted."),
  ACCESS("session.access", Type.TEXT, "The name of the DatabaseAccess."),
  NAMESPACE("session.namespace", Type.TEXT, "The namespace of the DatabaseAccess and of the pod."),
  NAMESPACE_LABELS("session.namespaceLabels", Type.TEXT_MAP, "The labels of that namespace."),
  PURPOSE("session.purpose", Type.TEXT, "The purpose of the grant."),
  SERVICE_ACCOUNT("session.serviceAccount", Type.TEXT, "The service account of the pod."),
  POD("session.pod", Type.TEXT, "The name of the pod."),
  USER("session.user", Type.TEXT, "The database user that the client named; asserted."),
  APPLICATION(
      "session.application",
      Type.TEXT,
      "What the client calls itself (`application_name`); asserted."),
  PERSON("session.person", Type.TEXT, "Who entered the pod. Not known yet: empty."),
  MODEL(
      "session.model",
      Type.TEXT,
      "The model of an AI run, by the tag `gen_ai.request.model`; asserted."),
  AGENT(
      "session.agent",
      Type.TEXT,
      "The agent of an AI run, by the tag `gen_ai.agent.name`; asserted."),
  RUN("session.run", Type.TEXT, "The AI run, by the tag `gen_ai.conversation.id`; asserted."),
  DATABASE_NAME("database.name", Type.TEXT, "The name of the Database."),
  DATABASE_NAMESPACE("database.namespace", Type.TEXT, "Its namespace."),
  DATABASE_LABELS("database.labels", Type.TEXT_MAP, "Its labels."),
  ENGINE("database.engine", Type.TEXT, "The kind of server: `PostgreSQL`."),
  NOW("now", Type.TIME, "The time of the decision.");

  private static final Set<RuleVariable> VARYING = EnumSet.of(USER, APPLICATION, PERSON, NOW);

  private static final Map<String, Map<String, RuleVariable>> BY_OBJECT =
      Arrays.stream(values())
          .filter(each -> each.object().isPresent())
          .collect(
              Collectors.groupingBy(
                  each -> each.object().orElseThrow(),
                  Collectors.toMap(RuleVariable::field, each -> each)));

  private final String path;
  private final Type type;
  private final String meaning;

  RuleVariable(String path, Type type, String meaning) {
    this.path = path;
    this.type = type;
    this.meaning = meaning;
  }

  /** Types of value. */
  public enum Type {
    TEXT("string"),
    TRUTH("bool"),
    WHOLE("int"),
    TIME("timestamp"),
    TEXTS("list(string)"),
    TEXT_MAP("map(string, string)");

    private final String symbol;

    Type(String symbol) {
      this.symbol = symbol;
    }

    /** As CEL writes it. */
    public String symbol() {
      return symbol;
    }
  }

  /** As rules write it: {@code statement.kind}. */
  public String path() {
    return path;
  }

  /** The object that it is a field of; empty: of none. */
  public Optional<String> object() {
    int dot = path.indexOf('.');
    return dot < 0 ? Optional.empty() : Optional.of(path.substring(0, dot));
  }

  /** The name of the field, or of the variable itself. */
  public String field() {
    return path.substring(path.indexOf('.') + 1);
  }

  /** Its type. */
  public Type type() {
    return type;
  }

  /** What it is, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /** Whether it may be another one at the next execution of the same text under the same terms. */
  public boolean varies() {
    return VARYING.contains(this);
  }

  /** The names of the objects. */
  static Set<String> objects() {
    return BY_OBJECT.keySet();
  }

  /** The variable that is a field of an object. */
  static Optional<RuleVariable> of(String object, String field) {
    return Optional.ofNullable(BY_OBJECT.getOrDefault(object, Map.of()).get(field));
  }
}
