package dev.sluice.cli.explain;

import dev.sluice.cli.Failure;
import dev.sluice.cli.Texts;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.resources.file.FileProblem;
import dev.sluice.resources.file.LocalResources;
import dev.sluice.resources.file.LocalResources.InvalidResourcesException;
import dev.sluice.resources.file.ResourceSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A grant as files of resources say it. */
final class WrittenGrant {
  private WrittenGrant() {}

  /**
   * Reads it.
   *
   * @param directory the files
   * @param access the access
   * @param now the time, at which it is taken to have been created
   * @throws Failure where the files are not valid, or do not have it
   */
  static GrantInQuestion read(Path directory, ObjectName access, Instant now) {
    if (!Files.isDirectory(directory)) {
      throw Failure.usage("there is no directory " + directory);
    }
    LocalResources resources;
    try {
      resources = LocalResources.read(directory, new ResourceSchemas(), access.toString(), now);
    } catch (IOException e) {
      throw Texts.unreadable(directory.toString(), e);
    } catch (InvalidResourcesException e) {
      throw Failure.usage(
          "these files are not valid:\n"
              + e.problems().stream()
                  .map(FileProblem::sentence)
                  .map(sentence -> "  " + sentence)
                  .collect(Collectors.joining("\n")));
    }
    GrantInQuestion grant =
        GrantInQuestion.planned(
            new PlanRequest(
                resources.access(),
                resources.spec(),
                resources.namespaceLabels(),
                resources.database(),
                resources.databaseSpec(),
                // Masks change what is answered, and never what is decided.
                List.of(),
                resources.guardrailPolicies(),
                ToldCatalogue.of(resources.spec(), resources.databaseSpec()),
                now),
            resources.databaseSpec().database());
    return grant.with(resources.notes());
  }
}
