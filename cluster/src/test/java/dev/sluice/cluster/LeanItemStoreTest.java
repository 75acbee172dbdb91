package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LeanItemStoreTest {
  @Test
  void whoWroteWhichFieldIsNotKeptAndNoCopyOfTheWhole() {
    Namespace shop =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName("shop")
            .addToLabels("tier", "shop")
            .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{}")
            .addToAnnotations("team", "shop")
            .addNewManagedField()
            .withManager("kubectl")
            .endManagedField()
            .endMetadata()
            .build();
    LeanItemStore<Namespace> store = new LeanItemStore<>(UnaryOperator.identity());

    store.put(store.getKey(shop), shop);

    assertThat(store.values())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.getMetadata().getManagedFields()).isEmpty();
              assertThat(kept.getMetadata().getLabels()).containsEntry("tier", "shop");
              assertThat(kept.getMetadata().getAnnotations()).containsOnlyKeys("team");
            });
  }
}
