package dev.sluice.crds;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Objects of Kubernetes as YAML as a person writes it: no needless quotes, whole numbers whole. */
final class PlainYaml {
  private static final int WIDTH = 120;

  private PlainYaml() {}

  static String write(Object object) {
    var tree = new KubernetesSerialization().convertValue(object, Map.class);
    var settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(WIDTH)
            .setDereferenceAliases(true)
            // Readers of YAML 1.1, such as kubectl, take a bare True or Null for no text.
            .setSchema(new CoreSchema())
            .build();
    return new Dump(settings).dumpToString(plain(tree));
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<Object, @Nullable Object>();
        map.forEach((key, item) -> copy.put(key, plain(item)));
        yield copy;
      }
      case List<?> list -> list.stream().map(PlainYaml::plain).toList();
      case Double number when number == Math.rint(number) -> number.longValue();
      case null -> null;
      case Object other -> other;
    };
  }
}
