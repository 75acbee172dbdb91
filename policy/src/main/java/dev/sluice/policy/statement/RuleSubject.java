package dev.sluice.policy.statement;

import dev.sluice.policy.bundle.Bundle;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the condition of a rule is asked of: one statement of a session. Its variables have values
 * from when they are asked for.
 */
final class RuleSubject {
  private final StatementFacts facts;
  private final Bundle bundle;
  private final Circumstances circumstances;
  private final RuleNames names;
  private final Map<RuleVariable, Optional<Object>> values = new EnumMap<>(RuleVariable.class);
  private final Map<String, Object> variables = new HashMap<>();

  RuleSubject(StatementFacts facts, Bundle bundle, Circumstances circumstances) {
    this.facts = facts;
    this.bundle = bundle;
    this.circumstances = circumstances;
    this.names = new RuleNames(facts, bundle);
    RuleVariable.objects().forEach(object -> variables.put(object, new Fields(object)));
    variables.put(RuleVariable.NOW.path(), circumstances.now());
  }

  StatementFacts facts() {
    return facts;
  }

  Bundle bundle() {
    return bundle;
  }

  Circumstances circumstances() {
    return circumstances;
  }

  RuleNames names() {
    return names;
  }

  /** The values by name. */
  Map<String, Object> variables() {
    return variables;
  }

  private @Nullable Object value(RuleVariable variable) {
    return values
        .computeIfAbsent(variable, each -> Optional.ofNullable(RuleValues.value(each, this)))
        .orElse(null);
  }

  /** The fields of an object. */
  private final class Fields extends AbstractMap<String, Object> {
    private final String object;

    Fields(String object) {
      this.object = object;
    }

    @Override
    public @Nullable Object get(@Nullable Object field) {
      return field instanceof String name
          ? RuleVariable.of(object, name).map(RuleSubject.this::value).orElse(null)
          : null;
    }

    @Override
    public boolean containsKey(@Nullable Object field) {
      return get(field) != null;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      return Arrays.stream(RuleVariable.values())
          .filter(each -> each.object().filter(object::equals).isPresent())
          .filter(each -> value(each) != null)
          .map(each -> Map.entry(each.field(), Objects.requireNonNull(value(each))))
          .collect(Collectors.toSet());
    }
  }
}
