package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a ConfigMap or a Secret holds, as far as it is known. */
public sealed interface Content {

  /**
   * It was read.
   *
   * @param data key to value; compressed values stand as what they hold, others that are not text
   *     as they decode to UTF-8
   */
  record Known(Map<String, String> data) implements Content {
    /** An immutable copy. */
    public Known {
      data = Map.copyOf(data);
    }

    /** The keys alone: values may be secret. */
    @Override
    public String toString() {
      return "Known" + data.keySet();
    }
  }

  /**
   * It was not read.
   *
   * @param reason why
   */
  record NotRead(Reason reason) implements Content {}

  /** What a ConfigMap holds. */
  static Content of(ConfigMap map) {
    Map<String, String> data = decoded(map.getBinaryData());
    data.putAll(Objects.requireNonNullElse(map.getData(), Map.of()));
    return new Known(data);
  }

  /** What a Secret holds, also where its texts are not encoded yet. */
  static Content of(Secret secret) {
    Map<String, String> data = decoded(secret.getData());
    data.putAll(Objects.requireNonNullElse(secret.getStringData(), Map.of()));
    return new Known(data);
  }

  private static Map<String, String> decoded(@Nullable Map<String, String> encoded) {
    Map<String, String> data = new HashMap<>();
    if (encoded != null) {
      encoded.forEach(
          (key, value) -> data.put(key, EncodedTexts.text(Base64.getMimeDecoder().decode(value))));
    }
    return data;
  }

  /** Why an object was not read. */
  enum Reason {
    /** Neither contents nor names are looked at. */
    NOT_WANTED,
    /** Names and keys are looked at, and contents are not. */
    NAMES_ONLY,
    /** There is no such object yet. */
    ABSENT,
    /** The reader has no right to read it. */
    FORBIDDEN,
    /** The API server did not answer. */
    UNAVAILABLE
  }
}
