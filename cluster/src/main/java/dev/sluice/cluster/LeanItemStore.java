package dev.sluice.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects without what is often larger than the rest and which nobody here asks for: the
 * record of who wrote which of their fields, and kubectl's copy of the whole.
 */
final class LeanItemStore<T extends HasMetadata> extends BasicItemStore<T> {
  private static final String COPY = "kubectl.kubernetes.io/last-applied-configuration";

  private final UnaryOperator<T> outline;

  /**
   * An empty store.
   *
   * @param outline what is kept of an object
   */
  LeanItemStore(UnaryOperator<T> outline) {
    super(Cache::metaNamespaceKeyFunc);
    this.outline = outline;
  }

  @Override
  public @Nullable T put(String key, T object) {
    ObjectMeta metadata = object.getMetadata();
    metadata.setManagedFields(List.of());
    Map<String, String> annotations = metadata.getAnnotations();
    if (annotations != null && annotations.containsKey(COPY)) {
      Map<String, String> others = new LinkedHashMap<>(annotations);
      others.remove(COPY);
      metadata.setAnnotations(others);
    }
    return super.put(key, outline.apply(object));
  }
}
