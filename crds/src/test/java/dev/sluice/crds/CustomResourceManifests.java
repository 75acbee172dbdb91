package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The CRD manifests, from the types. */
final class CustomResourceManifests {
  /** All kinds. */
  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(
          Database.class,
          DatabaseAccess.class,
          MaskingPolicy.class,
          GuardrailPolicy.class,
          EnforcementPolicy.class);

  private CustomResourceManifests() {}

  /** File name, such as {@code databases.yaml}, to text. */
  static Map<String, String> all() {
    var texts = new TreeMap<String, String>();
    for (var definition : definitions()) {
      texts.put(definition.getSpec().getNames().getPlural() + ".yaml", PlainYaml.write(definition));
    }
    return texts;
  }

  /** The definitions themselves. */
  static List<CustomResourceDefinition> definitions() {
    var collected = new ArrayList<CustomResourceDefinition>();
    new CRDGenerator()
        .customResourceClasses(List.copyOf(KINDS))
        .forCRDVersions("v1")
        .withImplicitPreserveUnknownFields(false)
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata definition, String version) {
                collected.add((CustomResourceDefinition) definition);
                return definition;
              }
            })
        .withOutput(
            new AbstractCRDOutput<OutputStream>() {
              @Override
              protected OutputStream createStreamFor(String name) {
                return OutputStream.nullOutputStream();
              }
            })
        .generate();
    collected.forEach(CustomResourceManifests::complete);
    return collected;
  }

  /** What the generator leaves out or turns round. */
  private static void complete(CustomResourceDefinition definition) {
    var kind = kind(definition.getSpec().getNames().getKind());
    var version = definition.getSpec().getVersions().getFirst();
    var schema = version.getSchema().getOpenAPIV3Schema();
    schema.setDescription(
        Objects.requireNonNull(kind.getAnnotation(JsonClassDescription.class)).value());
    schema.setRequired(List.of("spec"));
    SchemaDetails.property(schema, "spec").setDescription("What is wanted.");
    SchemaDetails.property(schema, "status").setDescription("What Sluice made of it.");
    // CustomResource<Spec, Status>
    var types = (java.lang.reflect.AnnotatedParameterizedType) kind.getAnnotatedSuperclass();
    var arguments = types.getAnnotatedActualTypeArguments();
    SchemaDetails.complete(SchemaDetails.property(schema, "spec"), arguments[0], "spec");
    SchemaDetails.complete(SchemaDetails.property(schema, "status"), arguments[1], "status");
    version.setAdditionalPrinterColumns(
        Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(CustomResourceManifests::column)
            .toList());
  }

  private static Class<? extends CustomResource<?, ?>> kind(String name) {
    return KINDS.stream()
        .filter(kind -> kind.getSimpleName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static CustomResourceColumnDefinition column(AdditionalPrinterColumn column) {
    var definition = new CustomResourceColumnDefinition();
    definition.setName(column.name());
    definition.setJsonPath(column.jsonPath());
    definition.setType(column.type().getValue());
    if (column.priority() > 0) {
      definition.setPriority(column.priority());
    }
    return definition;
  }
}
