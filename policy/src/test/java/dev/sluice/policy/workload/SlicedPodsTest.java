package dev.sluice.policy.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlicedPodsTest {
  private static final ObjectName ORDERS = new ObjectName("databases", "orders-db");

  /** As the API server writes a slice while no pod is behind the Service. */
  @Test
  void aSliceWhoseListsAreNullHasNoPods() {
    var pods = new SlicedPods(namespace -> List.of(slice()));

    assertThat(pods.addresses(ORDERS)).isEmpty();
    assertThat(pods.ports(ORDERS, "postgres")).isEmpty();
  }

  @SuppressWarnings("NullAway") // What is read from JSON may hold null where the model names none.
  private static EndpointSlice slice() {
    var slice =
        new EndpointSliceBuilder()
            .withNewMetadata()
            .withNamespace("databases")
            .withName("orders-db-1")
            .addToLabels(SlicedPods.SERVICE_LABEL, "orders-db")
            .endMetadata()
            .build();
    slice.setEndpoints(null);
    slice.setPorts(null);
    return slice;
  }
}
