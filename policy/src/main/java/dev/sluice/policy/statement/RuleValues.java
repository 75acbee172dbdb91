package dev.sluice.policy.statement;

import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.Use;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of what conditions can name. */
final class RuleValues {
  private RuleValues() {}

  /** The value of a variable; null: there is none. */
  static @Nullable Object value(RuleVariable variable, RuleSubject it) {
    return switch (variable) {
      case KIND -> word(it.facts().kind());
      case KINDS -> it.facts().effects().stream().map(RuleValues::word).sorted().toList();
      case BOUNDED -> it.facts().bounded();
      case WHERE ->
          switch (it.facts().where()) {
            case BOUNDED -> "Bounded";
            case TRIVIAL -> "Trivial";
            case MISSING -> "Missing";
          };
      case LIMIT -> it.facts().limit();
      case READS -> it.names().relations(Use.READ);
      case WRITES -> it.names().relations(Use.WRITE);
      case DEFINES -> it.names().relations(Use.DEFINE);
      case COLUMNS -> it.names().columns();
      case CLASSES -> it.names().classes();
      case FUNCTIONS ->
          sorted(it.facts().functions().stream().map(BuiltInRule::unqualified).toList());
      case OBJECT_KINDS -> sorted(it.facts().objectKinds());
      case SCHEMA_CHANGE -> BuiltInRule.changesSchema(it.facts());
      case LOCKS -> sorted(it.facts().locks());
      case CONCURRENTLY -> it.facts().manners().contains(Manner.CONCURRENTLY);
      case CASCADE -> it.facts().manners().contains(Manner.CASCADE);
      case REWRITES -> it.facts().manners().contains(Manner.REWRITES);
      case SCANS -> it.facts().manners().contains(Manner.SCANS);
      case PARAMETER -> it.facts().parameter() == null ? "" : it.facts().parameter();
      case SETTINGS -> sorted(it.facts().settings());
      case EXTENSIONS -> sorted(it.facts().extensions());
      case LANGUAGES -> sorted(it.facts().languages());
      case SERVER_ACCESS -> BuiltInRule.serverAccess(it.facts()).isPresent();
      case OPAQUE -> it.facts().opaque();
      case UNDERSTOOD -> !it.facts().effects().contains(StatementKind.UNKNOWN);
      case TAGS -> it.circumstances().tags();
      case ACCESS -> name(it.bundle().access());
      case NAMESPACE -> namespace(it.bundle().access());
      case NAMESPACE_LABELS -> null;
      case PURPOSE -> it.bundle().purpose();
      case SERVICE_ACCOUNT -> it.circumstances().session().serviceAccount();
      case POD -> it.circumstances().session().pod();
      case USER -> it.circumstances().session().user();
      case APPLICATION -> it.circumstances().session().application();
      case PERSON -> it.circumstances().session().person();
      case MODEL -> tag(it, "gen_ai.request.model");
      case AGENT -> tag(it, "gen_ai.agent.name");
      case RUN -> tag(it, "gen_ai.conversation.id");
      case DATABASE_NAME -> name(it.bundle().database());
      case DATABASE_NAMESPACE -> namespace(it.bundle().database());
      case DATABASE_LABELS -> null;
      case ENGINE -> it.bundle().target().engine();
      case NOW -> it.circumstances().now();
    };
  }

  private static String word(StatementKind kind) {
    return kind.name().replace('_', ' ');
  }

  private static List<String> sorted(Collection<String> texts) {
    return texts.stream().distinct().sorted(Comparator.naturalOrder()).toList();
  }

  private static String tag(RuleSubject subject, String key) {
    return subject.circumstances().tags().getOrDefault(key, "");
  }

  private static String namespace(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  private static String name(String name) {
    return name.substring(name.indexOf('/') + 1);
  }
}
