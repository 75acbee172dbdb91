package dev.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which module may know which. */
class ModuleTest {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  /** What reads and writes texts, and literals of addresses. */
  private static final String[] TEXTS_OF_THE_NETWORK = {
    "java.net.IDN",
    "java.net.URI",
    "java.net.URISyntaxException",
    "java.net.URLDecoder",
    "java.net.URLEncoder",
    "java.net.InetAddress",
    "java.net.Inet4Address",
    "java.net.Inet6Address"
  };

  private static final Set<String> ASKS =
      Set.of(
          "getAllByName",
          "getByName",
          "getCanonicalHostName",
          "getHostName",
          "getLocalHost",
          "isReachable");

  /** Module to those that it may know. A module is the package {@code dev.sluice.NAME}. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "crds", Set.of(),
          "policy", Set.of("crds"),
          "resources", Set.of("crds", "policy"),
          "cluster", Set.of("crds", "policy"),
          "sql", Set.of("policy"),
          "operator", Set.of("crds", "policy", "resources", "cluster", "sql"),
          "cli", Set.of("crds", "policy", "resources", "sql"),
          "webhook", Set.of("crds", "policy", "cluster"),
          "sidecar", Set.of("policy", "sql"));

  @Test
  void everyModuleKnowsOnlyThoseBelowIt() {
    MAY_KNOW.forEach(
        (module, known) -> {
          if (isThere(module)) {
            onlyKnows(module, known).check(OwnClasses.ALL);
          }
        });
  }

  /** Otherwise a module that is new would be outside of all rules. */
  @Test
  void everyModuleIsLookedAt() throws IOException {
    var modules =
        MODULE
            .matcher(Files.readString(Path.of("../../pom.xml")))
            .results()
            .map(MatchResult::group)
            .map(element -> element.replaceAll("<.*?>", ""))
            .filter(module -> !module.startsWith("e2e/"))
            .toList();
    var found = new TreeSet<String>();
    modules.stream().filter(module -> isThere(module)).forEach(found::add);

    assertThat(found)
        .as("add the module to the dependencies of e2e/architecture/pom.xml")
        .containsExactlyInAnyOrderElementsOf(modules);
    assertThat(MAY_KNOW.keySet())
        .as("say in ModuleTest which modules it may know")
        .containsAll(modules);
  }

  @Test
  void policyHasNoInputAndOutput() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.policy..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..")
                .and(DescribedPredicate.not(named(TEXTS_OF_THE_NETWORK)))
                .or(named("java.io.RandomAccessFile"))
                .or(startingWith("java.io.File"))
                .or(named("java.lang.Process", "java.lang.ProcessBuilder", "java.lang.Thread")))
        .orShould()
        .callMethodWhere(
            describe(
                "asks a name server or the network",
                call ->
                    call.getTargetOwner().getPackageName().equals("java.net")
                        && ASKS.contains(call.getName())))
        .as("a decision has no input but its arguments and no output but its result")
        .check(OwnClasses.ALL);
  }

  @Test
  void theGateNeedsNoCustomResources() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.sluice.policy.bundle..",
            "dev.sluice.policy.control..",
            "dev.sluice.policy.event..",
            "dev.sluice.policy.statement..",
            "dev.sluice.sql..",
            "dev.sluice.sidecar..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.sluice.crds..", "io.fabric8..")
        .as("the gate runs without the custom resources and the Kubernetes client")
        .check(OwnClasses.ALL);
  }

  @Test
  void onlyTheControlPlaneIsBuiltOnQuarkus() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.sluice.crds..",
            "dev.sluice.policy..",
            "dev.sluice.resources..",
            "dev.sluice.cluster..",
            "dev.sluice.sql..",
            "dev.sluice.sidecar..",
            "dev.sluice.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.quarkus..", "jakarta..", "org.eclipse.microprofile..")
        .as("the gate, the command line and what they are made of are plain Java")
        .check(OwnClasses.ALL);
  }

  @Test
  void packagesOfAModuleHaveNoCycle() {
    MAY_KNOW.keySet().stream()
        .filter(ModuleTest::isThere)
        .forEach(
            module ->
                slices()
                    .matching("dev.sluice.%s.(*)..".formatted(module))
                    .should()
                    .beFreeOfCycles()
                    // Accesses are given through Databases, and go with them.
                    .ignoreDependency(
                        resideInAPackage("dev.sluice.operator.database"),
                        resideInAPackage("dev.sluice.operator.access"))
                    .allowEmptyShould(true)
                    .check(OwnClasses.ALL));
  }

  @Test
  void timeIsPassedIn() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .as("the time comes from a Clock that is passed in")
        .check(OwnClasses.ALL);
  }

  private static ArchRule onlyKnows(String module, Set<String> known) {
    var forbidden =
        resideInAPackage("dev.sluice..")
            .and(DescribedPredicate.not(resideInAPackage(packages(module))))
            .and(
                DescribedPredicate.not(
                    resideInAnyPackage(
                        known.stream().map(ModuleTest::packages).toArray(String[]::new))));
    return classes()
        .that()
        .resideInAPackage(packages(module))
        .should()
        .onlyDependOnClassesThat(DescribedPredicate.not(forbidden))
        .as("%s may know only %s".formatted(module, known.isEmpty() ? "itself" : known));
  }

  private static boolean isThere(String module) {
    return OwnClasses.ALL.stream().anyMatch(resideInAPackage(packages(module)));
  }

  private static String packages(String module) {
    return "dev.sluice.%s..".formatted(module);
  }

  private static DescribedPredicate<JavaClass> named(String... names) {
    return describe("named " + List.of(names), type -> List.of(names).contains(type.getName()));
  }

  private static DescribedPredicate<JavaClass> startingWith(String prefix) {
    return describe("starting with " + prefix, type -> type.getName().startsWith(prefix));
  }
}
