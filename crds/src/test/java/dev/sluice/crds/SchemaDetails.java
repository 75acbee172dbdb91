package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks along a type and its generated schema and adds what the types say and the generator does
 * not: forms of text, unique items, bounds of durations, the order in which things were declared.
 */
final class SchemaDetails {
  private SchemaDetails() {}

  /**
   * Completes a schema in place.
   *
   * @param schema the schema
   * @param type the type that it was generated from
   * @param path where it stands, for the message of a failure
   */
  static void complete(JSONSchemaProps schema, AnnotatedType type, String path) {
    // The annotations of a record's component are seen twice: on its field and on its accessor.
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    }
    var text = type.getAnnotation(Text.class);
    if (text != null) {
      addForm(schema, text.value());
    }
    var raw = rawClass(type);
    if (raw == LabelSelector.class) {
      WellKnownSchemas.completeLabelSelector(schema);
    } else if (raw == Condition.class) {
      WellKnownSchemas.completeCondition(schema);
    } else if (raw == List.class) {
      complete(schema.getItems().getSchema(), argument(type, 0), path + "[]");
    } else if (raw == Map.class) {
      complete(schema.getAdditionalProperties().getSchema(), argument(type, 1), path + ".*");
    } else if (raw == Long.class) {
      schema.setFormat("int64");
    } else if (raw == Integer.class) {
      schema.setFormat("int32");
    } else if (raw.isEnum()) {
      schema.setEnum(constants(raw));
    } else if (raw.isRecord()) {
      completeRecord(schema, raw, path);
    }
  }

  private static void completeRecord(JSONSchemaProps schema, Class<?> type, String path) {
    var ordered = new LinkedHashMap<String, JSONSchemaProps>();
    var required = new ArrayList<String>();
    for (var component : type.getRecordComponents()) {
      var renamed = annotation(type, component, JsonProperty.class);
      var name = renamed == null ? component.getName() : renamed.value();
      var property = property(schema, name);
      complete(property, component.getAnnotatedType(), path + "." + name);
      if (property.getDescription() == null) {
        throw new IllegalStateException(
            "%s.%s has no @%s"
                .formatted(path, name, JsonPropertyDescription.class.getSimpleName()));
      }
      var unique = annotation(type, component, UniqueItems.class);
      if (unique != null) {
        makeUnique(property, List.of(unique.by()));
      }
      var bounds = annotation(type, component, DurationBetween.class);
      if (bounds != null) {
        addBounds(property, bounds);
      }
      if (schema.getRequired() != null && schema.getRequired().contains(name)) {
        required.add(name);
      }
      ordered.put(name, property);
    }
    schema.setProperties(ordered);
    schema.setRequired(required);
  }

  /** The schema of a property that is there. */
  static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(
        schema.getProperties().get(name), () -> "the schema has no " + name);
  }

  private static void addForm(JSONSchemaProps schema, TextForm form) {
    schema.setMinLength(1L);
    schema.setMaxLength((long) form.maximumLength());
    addRule(
        schema,
        "self.matches('%s')".formatted(form.expression()),
        form.message(),
        "'instead of \"' + self + '\" %s'".formatted(form.message()));
  }

  private static void addBounds(JSONSchemaProps schema, DurationBetween bounds) {
    // A text of another form is told of its form, not of an expression that could not be computed.
    addRule(
        schema,
        "!self.matches('%s') || (duration(self) >= duration('%s') && duration(self) <= duration('%s'))"
            .formatted(TextForm.DURATION.expression(), bounds.minimum(), bounds.maximum()),
        "must be between %s and %s".formatted(bounds.minimum(), bounds.maximum()),
        "'must be between %s and %s, not ' + self".formatted(bounds.minimum(), bounds.maximum()));
  }

  private static void makeUnique(JSONSchemaProps schema, List<String> keys) {
    if (keys.isEmpty()) {
      schema.setXKubernetesListType("set");
    } else {
      schema.setXKubernetesListType("map");
      schema.setXKubernetesListMapKeys(keys);
    }
  }

  private static void addRule(
      JSONSchemaProps schema, String expression, String message, String messageWithValue) {
    var rule = new ValidationRule();
    rule.setRule(expression);
    rule.setMessage(message);
    rule.setMessageExpression(messageWithValue);
    var rules = new ArrayList<ValidationRule>();
    if (schema.getXKubernetesValidations() != null) {
      rules.addAll(schema.getXKubernetesValidations());
    }
    rules.add(rule);
    schema.setXKubernetesValidations(rules);
  }

  /** The constants as JSON names them, in the order in which they are declared. */
  private static List<JsonNode> constants(Class<?> type) {
    var names = new ArrayList<JsonNode>();
    for (var field : type.getFields()) {
      if (field.isEnumConstant()) {
        var renamed = field.getAnnotation(JsonProperty.class);
        names.add(TextNode.valueOf(renamed == null ? field.getName() : renamed.value()));
      }
    }
    return names;
  }

  private static <A extends Annotation> @Nullable A annotation(
      Class<?> type, RecordComponent component, Class<A> annotation) {
    return field(type, component).getAnnotation(annotation);
  }

  private static Field field(Class<?> type, RecordComponent component) {
    try {
      return type.getDeclaredField(component.getName());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("every component of a record has a field", e);
    }
  }

  private static Class<?> rawClass(AnnotatedType type) {
    return switch (type.getType()) {
      case Class<?> plain -> plain;
      case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
      case Type other -> throw new IllegalStateException("a resource does not contain " + other);
    };
  }

  private static AnnotatedType argument(AnnotatedType type, int index) {
    return ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[index];
  }
}
