package dev.sluice.policy.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.expression.Expression;
import dev.sluice.policy.expression.ExpressionJson;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The schemas of the files that a gate reads, made from the records that it reads them into. */
final class ControlFileSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SourceDocumentation documentation = new SourceDocumentation();
  private final SchemaGenerator generator;

  ControlFileSchemas() {
    SchemaGeneratorConfigBuilder configuration =
        new SchemaGeneratorConfigBuilder(JSON, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(
                Option.DEFINITIONS_FOR_ALL_OBJECTS,
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.STANDARD_FORMATS)
            .without(Option.EXTRA_OPEN_API_FORMAT_VALUES);
    configuration
        .forFields()
        .withRequiredCheck(ControlFileSchemas::isRequired)
        .withDefaultResolver(field -> isTruth(field) ? false : null)
        .withEnumResolver(ControlFileSchemas::onlyValue)
        .withDescriptionResolver(this::meaning);
    configuration
        .forTypesInGeneral()
        .withPropertySorter(ControlFileSchemas::asDeclared)
        .withDescriptionResolver(this::meaning)
        .withCustomDefinitionProvider(
            (type, _) ->
                type.getErasedType() == Expression.class
                    ? new CustomDefinition(
                        expression(documentation.of(ExpressionJson.class).orElseThrow()),
                        CustomDefinition.DefinitionType.ALWAYS_REF,
                        CustomDefinition.AttributeInclusion.YES)
                    : null);
    generator = new SchemaGenerator(configuration.build());
  }

  /** The schema of a file that is read into this type. */
  ObjectNode of(Class<?> type) {
    return generator.generateSchema(type);
  }

  /** What is not there is false, or null where that is permitted. */
  private static boolean isRequired(FieldScope field) {
    return !isTruth(field)
        && !field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static boolean isTruth(FieldScope field) {
    return field.getType().getErasedType() == boolean.class;
  }

  private static @Nullable List<Object> onlyValue(FieldScope field) {
    return field.getRawMember().getDeclaringClass() == Bundle.class
            && field.getName().equals("format")
        ? List.of(Bundle.FORMAT)
        : null;
  }

  private static int asDeclared(MemberScope<?, ?> first, MemberScope<?, ?> second) {
    List<String> declared =
        Arrays.stream(first.getDeclaringType().getErasedType().getRecordComponents())
            .map(RecordComponent::getName)
            .toList();
    return Integer.compare(declared.indexOf(first.getName()), declared.indexOf(second.getName()));
  }

  private @Nullable String meaning(FieldScope field) {
    return field.isFakeContainerItemScope()
        ? null
        : documentation.of(field.getRawMember().getDeclaringClass(), field.getName()).orElse(null);
  }

  private @Nullable String meaning(TypeScope scope) {
    Class<?> type = scope.getType().getErasedType();
    if (type.isEnum()) {
      return Stream.concat(
              documentation.of(type).stream(),
              Arrays.stream(type.getEnumConstants())
                  .map(Object::toString)
                  .map(constant -> constant(type, constant)))
          .collect(Collectors.joining(" "));
    }
    return type.isRecord() ? documentation.of(type).orElse(null) : null;
  }

  private String constant(Class<?> type, String name) {
    return documentation
        .of(type, name)
        .map(meaning -> "`%s`: %s".formatted(name, meaning))
        .orElse("`%s`.".formatted(name));
  }

  /** What {@link ExpressionJson} reads and writes. */
  private static ObjectNode expression(String meaning) {
    ObjectNode node = JSON.createObjectNode();
    node.put("description", meaning);
    node.put("type", "array");
    node.put("minItems", 1);
    node.putArray("prefixItems").addObject().put("type", "string");
    var item = node.putObject("items").putArray("anyOf");
    item.addObject().put("type", "string");
    item.addObject().put("$ref", "#/$defs/Expression");
    return node;
  }
}
