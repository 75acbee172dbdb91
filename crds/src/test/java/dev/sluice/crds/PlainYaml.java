package dev.sluice.crds;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
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
            .setSchema(new OlderSchema())
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

  /** Readers of YAML 1.1, such as kubectl, take a bare True, Null or Off for no text. */
  private static final class OlderSchema extends CoreSchema {
    private static final Pattern SWITCH = Pattern.compile("(?i)on|off|yes|no|y|n");

    @Override
    public ScalarResolver getScalarResolver() {
      ScalarResolver core = super.getScalarResolver();
      return (value, implicit) ->
          implicit && SWITCH.matcher(value).matches() ? Tag.BOOL : core.resolve(value, implicit);
    }
  }
}
