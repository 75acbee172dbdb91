package dev.sluice.policy.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import dev.sluice.policy.mask.ColumnType.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every mask on every family of types, and whether it fits, as a table that a person reads. */
class MaskFitTest {
  private static final Path TABLE = Path.of("src/test/resources/mask-fit.txt");

  private static final List<Mask> MASKS =
      List.of(
          new Mask.Nullify(),
          new Mask.Constant("1"),
          new Mask.Hash(),
          new Mask.Token(),
          new Mask.Email(),
          new Mask.KeepFirst(1),
          new Mask.KeepLast(1),
          new Mask.PostalCode(1),
          new Mask.DateTrunc(DateUnit.Year),
          new Mask.DateShift(30, null),
          new Mask.Bucket(10),
          new Mask.Noise(10),
          new Mask.Network(24, 48),
          new Mask.JsonPaths(List.of(JsonPath.parse("$.a")), JsonValueMask.Nullify),
          new Mask.JsonKeys());

  private static final ColumnType ARRAY_OF_TEXT =
      ColumnType.of("text[]", Family.ARRAY, ColumnType.of("text", Family.TEXT));

  @Test
  void everyMaskOnEveryFamily() throws IOException {
    String table =
        Arrays.stream(Family.values())
            .map(
                family ->
                    "%-20s %s\n"
                        .formatted(
                            family,
                            MASKS.stream()
                                .filter(mask -> MaskFit.problem(mask, type(family)) == null)
                                .map(Mask::type)
                                .collect(Collectors.joining(" "))))
            .collect(Collectors.joining());
    assertThat(table).isEqualTo(Files.readString(TABLE));
  }

  @Test
  void everyMaskIsInTheTable() {
    assertThat(
            Arrays.stream(Mask.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(MASKS.stream().map(Mask::type).toList()));
  }

  @Test
  void whatFitsAnElementFitsAnArray() {
    for (Family family : Family.values()) {
      ColumnType element = type(family);
      if (family == Family.ARRAY) {
        continue;
      }
      ColumnType array = ColumnType.of(element.name() + "[]", Family.ARRAY, element);
      for (Mask mask : MASKS) {
        assertThat(MaskFit.problem(mask, array) == null)
            .as("%s on %s", mask, array.name())
            .isEqualTo(MaskFit.problem(mask, element) == null);
      }
    }
  }

  @Test
  void theReasonNamesTheColumnsOwnType() {
    assertThat(MaskFit.problem(new Mask.Bucket(10), ARRAY_OF_TEXT))
        .isEqualTo("mask Bucket does not fit type text[]");
  }

  private static ColumnType type(Family family) {
    return switch (family) {
      case ARRAY -> ARRAY_OF_TEXT;
      case RANGE -> ColumnType.of("int4range", family, ColumnType.of("integer", Family.INTEGER));
      case ENUM -> new ColumnType("mood", family, null, null, null, List.of("1", "2"), null);
      case TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC, FLOAT, BOOLEAN, DATE, TIMESTAMP ->
          ColumnType.of(family.name(), family);
      case TIMESTAMP_WITH_ZONE, UUID, JSON, BYTES, ADDRESS, OTHER ->
          ColumnType.of(family.name(), family);
    };
  }
}
