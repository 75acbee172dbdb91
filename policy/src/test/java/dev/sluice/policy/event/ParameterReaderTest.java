package dev.sluice.policy.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.BindValues;
import dev.sluice.policy.event.Parameter.Form;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParameterReaderTest {
  /** Stands for NULL among values. */
  private static final byte[] NULL = {};

  private static final ParameterReader PLAIN = reader(BindValues.PLAIN, null);

  @Test
  void nothingIsToldUnlessThePolicySaysSo() {
    ParameterReader reader = ParameterReader.of(EvidencePolicy.DEFAULT);
    byte[] message = bind(new int[0], bytes("7"));
    assertThat(reader.tells()).isFalse();
    assertThat(reader.read(message, 0, message.length, StandardCharsets.UTF_8, _ -> false))
        .isNull();
  }

  @Test
  void plainValuesAreTextOrBinaryByTheirFormat() {
    assertThat(
            read(PLAIN, bind(new int[0], bytes("é7"), NULL, bytes("")), ParameterReaderTest::none))
        .containsExactly(
            new Parameter(Form.TEXT, null, "é7"),
            new Parameter(Form.NULL, null, null),
            new Parameter(Form.TEXT, null, ""));
    assertThat(
            read(
                PLAIN,
                bind(new int[] {1}, new byte[] {0, -1}, new byte[] {7}),
                ParameterReaderTest::none))
        .containsExactly(
            new Parameter(Form.BINARY, null, "00ff"), new Parameter(Form.BINARY, null, "07"));
    assertThat(
            read(PLAIN, bind(new int[] {0, 1}, bytes("a"), bytes("a")), ParameterReaderTest::none))
        .containsExactly(
            new Parameter(Form.TEXT, null, "a"), new Parameter(Form.BINARY, null, "61"));
  }

  @Test
  void plainValuesAreOfTheClientsEncoding() {
    byte[] message = bind(new int[0], "é".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(
            PLAIN.read(
                message, 0, message.length, StandardCharsets.ISO_8859_1, ParameterReaderTest::none))
        .containsExactly(new Parameter(Form.TEXT, null, "é"));
    assertThat(read(PLAIN, message, ParameterReaderTest::none))
        .containsExactly(new Parameter(Form.TEXT, null, "\uFFFD"));
  }

  @Test
  void longValuesAreCutBetweenCharacters() {
    String text = "x".repeat(ParameterReader.LONGEST - 1) + "é and more";
    assertThat(read(PLAIN, bind(new int[0], bytes(text)), ParameterReaderTest::none))
        .containsExactly(
            new Parameter(Form.TEXT, bytes(text).length, "x".repeat(ParameterReader.LONGEST - 1)));
    assertThat(read(PLAIN, bind(new int[] {1}, new byte[1000]), ParameterReaderTest::none))
        .containsExactly(new Parameter(Form.BINARY, 1000, "00".repeat(ParameterReader.LONGEST)));
  }

  @Test
  void ofManyValuesTheFirstAreTold() {
    byte[][] values = new byte[70][];
    for (int index = 0; index < values.length; index++) {
      values[index] = bytes(String.valueOf(index));
    }
    List<Parameter> told = read(PLAIN, bind(new int[0], values), ParameterReaderTest::none);
    assertThat(told).hasSize(ParameterReader.MOST + 1);
    assertThat(told.getLast()).isEqualTo(new Parameter(Form.MORE, 6, null));
    assertThat(told.get(63)).isEqualTo(new Parameter(Form.TEXT, null, "63"));
  }

  /** By RFC 4231, test case 2, whose key is shorter than those that the operator gives out. */
  @Test
  void hashesAreKeyed() {
    ParameterReader reader = reader(BindValues.HASH, "Jefe");
    byte[] message = bind(new int[0], bytes("what do ya want for nothing?"), NULL);
    assertThat(read(reader, message, ParameterReaderTest::none))
        .containsExactly(
            new Parameter(Form.HASH, null, "5bdcc146bf60754e6a042426089575c7"),
            new Parameter(Form.NULL, null, null));
    assertThat(
            read(reader(BindValues.HASH, "another"), message, ParameterReaderTest::none)
                .getFirst()
                .value())
        .isNotEqualTo("5bdcc146bf60754e6a042426089575c7");
  }

  @Test
  void withoutAKeyNoHashIsTold() {
    assertThat(
            read(
                reader(BindValues.HASH, null),
                bind(new int[0], bytes("7")),
                ParameterReaderTest::none))
        .containsExactly(new Parameter(Form.WITHHELD, null, null));
  }

  @Test
  void ofWhatIsWithheldNothingIsTold() {
    byte[] message = bind(new int[0], bytes("secret"), bytes("7"), NULL);
    IntPredicate first = index -> index != 1;
    assertThat(read(PLAIN, message, first))
        .containsExactly(
            new Parameter(Form.WITHHELD, null, null),
            new Parameter(Form.TEXT, null, "7"),
            new Parameter(Form.WITHHELD, null, null));
    assertThat(read(reader(BindValues.HASH, "key"), message, first).getFirst())
        .isEqualTo(new Parameter(Form.WITHHELD, null, null));
  }

  @Test
  void ofALongMessageTheBeginningIsEnough() {
    byte[] message = bind(new int[] {0, 0}, bytes("seven"), bytes("eight"));
    int first = 3 * Short.BYTES + Short.BYTES + Integer.BYTES;
    for (int end = 0; end < first - Integer.BYTES; end++) {
      assertThat(PLAIN.read(message, 0, end, StandardCharsets.UTF_8, _ -> false)).isNull();
    }
    assertThat(PLAIN.read(message, 0, first + 2, StandardCharsets.UTF_8, _ -> false))
        .containsExactly(new Parameter(Form.TEXT, 5, "se"), new Parameter(Form.MORE, 1, null));
    assertThat(PLAIN.read(message, 0, first + 5, StandardCharsets.UTF_8, _ -> false))
        .containsExactly(
            new Parameter(Form.TEXT, null, "seven"), new Parameter(Form.MORE, 1, null));
    assertThat(
            reader(BindValues.HASH, "key")
                .read(message, 0, message.length - 1, StandardCharsets.UTF_8, _ -> false))
        .extracting(Parameter::form)
        .containsExactly(Form.HASH, Form.WITHHELD);
    byte[] none = bind(new int[0]);
    assertThat(PLAIN.read(none, 0, none.length, StandardCharsets.UTF_8, _ -> false)).isNull();
  }

  @Test
  void theMessageMayStandAnywhere() {
    byte[] message = bind(new int[0], bytes("7"));
    byte[] larger = new byte[message.length + 10];
    System.arraycopy(message, 0, larger, 5, message.length);
    assertThat(
            PLAIN.read(
                larger, 5, 5 + message.length, StandardCharsets.UTF_8, ParameterReaderTest::none))
        .containsExactly(new Parameter(Form.TEXT, null, "7"));
  }

  @Test
  void aPolicyDoesNotShowItsKey() {
    assertThat(policy(BindValues.HASH, "Jefe").toString()).doesNotContain("SmVmZQ");
  }

  private static boolean none(int parameter) {
    return parameter < 0;
  }

  private static List<Parameter> read(
      ParameterReader reader, byte[] message, IntPredicate withheld) {
    return Objects.requireNonNull(
        reader.read(message, 0, message.length, StandardCharsets.UTF_8, withheld));
  }

  private static ParameterReader reader(BindValues values, @Nullable String key) {
    return ParameterReader.of(policy(values, key));
  }

  private static EvidencePolicy policy(BindValues values, @Nullable String key) {
    return new EvidencePolicy(
        values,
        EvidencePolicy.Fsync.NEVER,
        EvidencePolicy.WhenFull.BLOCK,
        key == null ? null : Base64.getEncoder().encodeToString(bytes(key)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The part of a Bind message that is about values. */
  private static byte[] bind(int[] formats, byte[]... values) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(message)) {
      out.writeShort(formats.length);
      for (int format : formats) {
        out.writeShort(format);
      }
      out.writeShort(values.length);
      for (byte[] value : values) {
        out.writeInt(value == NULL ? -1 : value.length);
        if (value != NULL) {
          out.write(value);
        }
      }
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return message.toByteArray();
  }
}
