package dev.sluice.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Results as programs read them. */
public final class Structured {
  /** As kubectl writes it. */
  private static final DefaultPrettyPrinter LIKE_KUBECTL =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withArrayEmptySeparator("")
                  .withObjectEmptySeparator(""))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"))
          .withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private Structured() {}

  /** A value of maps, lists and plain values in JSON, with a line's end. */
  public static String json(Object value) {
    try {
      return JSON.writer(LIKE_KUBECTL).writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("only maps, lists and plain values can be written", e);
    }
  }

  /** The same in YAML, as kubectl writes it: without a document's mark. */
  public static String yaml(Object value) {
    return new KubernetesSerialization().asYaml(value).replaceFirst("^---\n", "");
  }
}
