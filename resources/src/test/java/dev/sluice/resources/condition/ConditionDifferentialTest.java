package dev.sluice.resources.condition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.protobuf.Timestamp;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.sluice.policy.expression.Evaluation;
import dev.sluice.policy.expression.EvaluationException;
import dev.sluice.policy.expression.Expression;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Evaluates each line of {@code expressions.txt} with each subject of {@code subjects.yaml}, by
 * CEL's own runtime and as gates do, after a journey through JSON: the values are the same, and so
 * is whether there is one.
 */
class ConditionDifferentialTest {
  private static final Path CASES = Path.of("src/test/resources/conditions");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final JsonType<Expression> JSON = Jsonb.instance().type(Expression.class);

  private static final CelConditions CONDITIONS = new CelConditions();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(CelConditions.options()).build();

  static List<String> expressions() throws IOException {
    return Files.readAllLines(CASES.resolve("expressions.txt")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void gatesFindWhatCelFinds(String source) throws Exception {
    CelAbstractSyntaxTree tree = CONDITIONS.checked(source).getAst();
    CelRuntime.Program program = RUNTIME.createProgram(tree);
    Expression expression = new CelTranslation(tree).expression();
    String json = JSON.toJson(expression);
    Expression read = JSON.fromJson(json);

    assertThat(read).isEqualTo(expression);
    for (Map<String, Object> subject : subjects()) {
      assertThat(ofGate(read, subject)).isEqualTo(ofCel(program, subject));
    }
  }

  private static String ofCel(CelRuntime.Program program, Map<String, Object> subject) {
    try {
      return written(program.eval(ofCel(subject)));
    } catch (CelEvaluationException noValue) {
      return "error";
    }
  }

  /** CEL's runtime takes times as messages. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // both are taken
  private static Map<String, Object> ofCel(Map<String, Object> subject) {
    Map<String, Object> values = new HashMap<>(subject);
    values.computeIfPresent(
        "now",
        (name, value) ->
            Timestamp.newBuilder()
                .setSeconds(((Instant) value).getEpochSecond())
                .setNanos(((Instant) value).getNano())
                .build());
    return values;
  }

  private static String ofGate(Expression expression, Map<String, Object> subject) {
    try {
      return written(Evaluation.evaluate(expression, subject));
    } catch (EvaluationException noValue) {
      return "error";
    }
  }

  /** A value with its type, whatever class it has. */
  private static String written(Object value) {
    return switch (value) {
      case List<?> items -> items.stream().map(ConditionDifferentialTest::written).toList() + "";
      case Timestamp time -> written(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
      case com.google.protobuf.Duration length ->
          written(Duration.ofSeconds(length.getSeconds(), length.getNanos()));
      default -> value.getClass().getSimpleName() + " " + value;
    };
  }

  private static List<Map<String, Object>> subjects() throws IOException {
    List<Map<String, Object>> subjects = new ArrayList<>();
    for (Map<String, Object> each :
        YAML.readValue(
            Files.newBufferedReader(CASES.resolve("subjects.yaml")),
            new TypeReference<List<Map<String, Object>>>() {})) {
      Map<String, Object> subject = new HashMap<>();
      each.forEach(
          (name, value) ->
              subject.put(
                  name,
                  value instanceof Map<?, ?> fields
                      ? fields(fields)
                      : Instant.parse(value.toString())));
      subjects.add(subject);
    }
    return subjects;
  }

  /** Whole numbers are those of CEL, and what is null is not there. */
  private static Map<String, Object> fields(Map<?, ?> fields) {
    Map<String, Object> typed = new HashMap<>();
    fields.forEach(
        (name, value) -> {
          if (value != null) {
            typed.put(
                name.toString(), value instanceof Integer number ? Long.valueOf(number) : value);
          }
        });
    return typed;
  }
}
