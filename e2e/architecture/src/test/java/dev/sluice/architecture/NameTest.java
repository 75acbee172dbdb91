package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** How packages and classes are named and marked. */
class NameTest {
  @Test
  void aPackageIsAThingOfTheProduct() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..",
            "..utils..",
            "..common..",
            "..helper..",
            "..helpers..",
            "..service..",
            "..impl..",
            "..model..")
        .as("a package is a thing of the product, not a kind of class")
        .check(OwnClasses.ALL);
  }

  @Test
  void aClassIsNamedForWhatItIs() {
    noClasses()
        .that()
        .areTopLevelClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Common|Manager|Impl)")
        .as("a class is named for what it is")
        .check(OwnClasses.ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    var unmarked =
        OwnClasses.ALL.stream()
            .filter(type -> !isGenerated(type))
            .map(JavaClass::getPackage)
            .distinct()
            .filter(place -> !place.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();

    assertThat(unmarked).as("packages without @NullMarked in a package-info.java").isEmpty();
  }

  /** Adapters of JSON have a package of their own. */
  private static boolean isGenerated(JavaClass type) {
    return type.getPackageName().endsWith(".jsonb");
  }
}
