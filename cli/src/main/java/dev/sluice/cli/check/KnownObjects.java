package dev.sluice.cli.check;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects that are known of a cluster; a later one of the same name takes an earlier's place.
 */
final class KnownObjects {
  private final Map<Key, HasMetadata> objects = new LinkedHashMap<>();

  private record Key(Class<?> type, @Nullable String namespace, String name) {}

  /** Adds an object. */
  void add(HasMetadata object) {
    ObjectMeta metadata = object.getMetadata();
    objects.put(
        new Key(
            object.getClass(),
            metadata.getNamespace(),
            Objects.requireNonNullElse(metadata.getName(), "")),
        object);
  }

  /** All of a kind. */
  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** All of a kind in a namespace. */
  <T extends HasMetadata> List<T> all(Class<T> type, String namespace) {
    return all(type).stream()
        .filter(each -> namespace.equals(each.getMetadata().getNamespace()))
        .toList();
  }

  /** One object. */
  <T extends HasMetadata> Optional<T> find(Class<T> type, @Nullable String namespace, String name) {
    return Optional.ofNullable(objects.get(new Key(type, namespace, name))).map(type::cast);
  }
}
