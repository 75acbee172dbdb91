package dev.sluice.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the types of Kubernetes that resources embed demand, as Kubernetes demands it. */
final class WellKnownSchemas {
  private WellKnownSchemas() {}

  static void completeLabelSelector(JSONSchemaProps schema) {
    var labels = SchemaDetails.property(schema, "matchLabels");
    labels.setDescription("Labels that must be there with these values.");
    var expressions = SchemaDetails.property(schema, "matchExpressions");
    expressions.setDescription("Conditions on labels, all of which must hold.");
    var expression = expressions.getItems().getSchema();
    expression.setRequired(List.of("key", "operator"));
    SchemaDetails.property(expression, "key").setDescription("The key of the label.");
    SchemaDetails.property(expression, "key").setMinLength(1L);
    SchemaDetails.property(expression, "operator")
        .setDescription("How the label's value and values are related.");
    SchemaDetails.property(expression, "operator")
        .setEnum(texts("In", "NotIn", "Exists", "DoesNotExist"));
    SchemaDetails.property(expression, "values").setDescription("The values, with In and NotIn.");
    schema.setProperties(inOrder(schema, "matchLabels", "matchExpressions"));
    expression.setProperties(inOrder(expression, "key", "operator", "values"));
  }

  static void completeCondition(JSONSchemaProps schema) {
    describe(schema, "type", "What the condition is about, such as Ready.");
    describe(schema, "status", "Whether it holds.");
    describe(schema, "observedGeneration", "The generation of the spec that it speaks of.");
    describe(schema, "lastTransitionTime", "When status changed last.");
    describe(schema, "reason", "Why, as one word.");
    describe(schema, "message", "Why, as a sentence for a person, with what to do next.");
    SchemaDetails.property(schema, "status").setEnum(texts("True", "False", "Unknown"));
    SchemaDetails.property(schema, "lastTransitionTime").setFormat("date-time");
    SchemaDetails.property(schema, "observedGeneration").setFormat("int64");
    SchemaDetails.property(schema, "type").setMaxLength(316L);
    SchemaDetails.property(schema, "reason").setMaxLength(1024L);
    SchemaDetails.property(schema, "reason").setMinLength(1L);
    SchemaDetails.property(schema, "reason").setPattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    SchemaDetails.property(schema, "message").setMaxLength(32768L);
    schema.setRequired(List.of("type", "status", "lastTransitionTime", "reason", "message"));
    schema.setProperties(
        inOrder(
            schema,
            "type",
            "status",
            "reason",
            "message",
            "observedGeneration",
            "lastTransitionTime"));
  }

  private static void describe(JSONSchemaProps schema, String property, String description) {
    SchemaDetails.property(schema, property).setDescription(description);
  }

  private static Map<String, JSONSchemaProps> inOrder(JSONSchemaProps schema, String... names) {
    var ordered = new LinkedHashMap<String, JSONSchemaProps>();
    for (var name : names) {
      ordered.put(name, SchemaDetails.property(schema, name));
    }
    if (ordered.size() != schema.getProperties().size()) {
      throw new IllegalStateException(
          "Kubernetes has other fields now: " + schema.getProperties().keySet());
    }
    return ordered;
  }

  private static List<JsonNode> texts(String... values) {
    return Arrays.stream(values).map(TextNode::valueOf).map(JsonNode.class::cast).toList();
  }
}
