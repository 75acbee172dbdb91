package dev.sluice.policy.detect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.policy.detect.Inspection.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden cases: each file has a text, and what is found in it when everything is looked for. */
class DetectionsTest {
  private static final Path CASES = Path.of("src/test/resources/detections");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Inspection inspection = new Inspection(EnumSet.allOf(Kind.class));

  @TestFactory
  Stream<DynamicTest> goldenCases() throws IOException {
    return files()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> find(file)));
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream();
    }
  }

  private void find(Path file) throws IOException {
    JsonNode given = YAML.readTree(Files.newBufferedReader(file));
    byte[] text = given.get("text").asText().getBytes(UTF_8);
    List<String> expected = new ArrayList<>();
    for (JsonNode each : given.get("found")) {
      expected.add(
          "%s %d-%d %s"
              .formatted(
                  each.get("kind").asText(),
                  each.get("start").asInt(),
                  each.get("end").asInt(),
                  each.get("text").asText()));
    }
    assertThat(found(text)).isEqualTo(expected);
  }

  private List<String> found(byte[] text) {
    return inspection.find(text, 0, text.length).stream()
        .sorted(Comparator.comparingInt(Span::start))
        .map(
            span ->
                "%s %d-%d %s"
                    .formatted(
                        span.kind(),
                        span.start(),
                        span.end(),
                        new String(text, span.start(), span.end() - span.start(), UTF_8)))
        .toList();
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files().toList()) {
      texts.add(YAML.readTree(Files.newBufferedReader(file)).get("text").asText());
    }
    return texts;
  }

  /** What stands around it changes nothing where it is no part of it. */
  @Test
  void findsTheSameWithinOtherText() throws IOException {
    for (String text : texts()) {
      byte[] alone = text.getBytes(UTF_8);
      byte[] within = ("Äpfel; " + text + "\n. Ende").getBytes(UTF_8);
      int before = "Äpfel; ".getBytes(UTF_8).length;
      if (text.endsWith("MIIEvQIBADANBg")) {
        continue;
      }
      assertThat(
              inspection.find(within, before, before + alone.length).stream()
                  .map(span -> new Span(span.start() - before, span.end() - before, span.kind()))
                  .toList())
          .as(text)
          .isEqualTo(inspection.find(alone, 0, alone.length));
      assertThat(inspection.find(within, 0, within.length)).as(text).hasSameSizeAs(found(alone));
    }
  }

  /** Nothing is found in what is left, its length is the same, and JSON stays JSON. */
  @Test
  void redactedTextsHaveNothingLeft() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Random random = new Random(4711);
    List<String> texts = texts();
    String glue = " ,;:.-+/@*#\n\\\"'()[]{}=%_0159aZeyJxü€";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder joined = new StringBuilder();
      int parts = 1 + random.nextInt(4);
      for (int part = 0; part < parts; part++) {
        String text = texts.get(random.nextInt(texts.size()));
        int cut = text.isEmpty() ? 0 : random.nextInt(text.length());
        joined.append(random.nextInt(3) == 0 ? text.substring(cut) : text);
        for (int sign = random.nextInt(3); sign > 0; sign--) {
          joined.append(glue.charAt(random.nextInt(glue.length())));
        }
      }
      byte[] text = joined.toString().getBytes(UTF_8);
      byte[] redacted = text.clone();
      inspection.redact(redacted, 0, redacted.length, random.nextBoolean() ? Form.TEXT : Form.ANY);
      assertThat(found(redacted)).as("%s became %s", joined, new String(redacted, UTF_8)).isEmpty();
      assertThat(new String(redacted, UTF_8)).doesNotContain("\ufffd");

      String number = 4111111111111111L + "";
      byte[] document =
          json.writeValueAsBytes(
              List.of(
                  joined.toString(),
                  Long.valueOf(number),
                  json.createObjectNode().put("phone", 5552345678L)));
      inspection.redact(document, 0, document.length, Form.ANY);
      assertThat(readable(json, document)).as("%s", new String(document, UTF_8)).isTrue();
      assertThat(found(document)).isEmpty();
    }
  }

  private static boolean readable(ObjectMapper json, byte[] document) {
    try {
      return json.readTree(document) != null;
    } catch (IOException _) {
      return false;
    }
  }
}
