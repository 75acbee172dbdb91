package dev.sluice.crds;

import io.fabric8.crdv2.generator.CRDGenerator;
import java.nio.file.Path;

/** Generates the CRD manifests from the types. */
final class CustomResourceManifests {
  private CustomResourceManifests() {}

  static void write(Path directory) {
    new CRDGenerator()
        .customResourceClasses(
            Database.class,
            DatabaseAccess.class,
            MaskingPolicy.class,
            GuardrailPolicy.class,
            EnforcementPolicy.class)
        .forCRDVersions("v1")
        .withImplicitPreserveUnknownFields(false)
        .inOutputDir(directory.toFile())
        .generate();
  }
}
