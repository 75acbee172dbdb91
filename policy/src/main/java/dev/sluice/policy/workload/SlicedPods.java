package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pods behind Services, as EndpointSlices tell them. */
public final class SlicedPods implements PodAddresses {
  /** The label by which a slice tells its Service. */
  public static final String SERVICE_LABEL = "kubernetes.io/service-name";

  private final Function<String, ? extends Collection<EndpointSlice>> slices;

  /**
   * Pods.
   *
   * @param slices gives the slices that are known of a namespace
   */
  public SlicedPods(Function<String, ? extends Collection<EndpointSlice>> slices) {
    this.slices = slices;
  }

  @Override
  public List<String> addresses(ObjectName service) {
    return of(service).stream()
        .flatMap(slice -> endpoints(slice).stream())
        .flatMap(endpoint -> endpoint.getAddresses().stream())
        .distinct()
        .toList();
  }

  @Override
  public Set<Integer> ports(ObjectName service, String portName) {
    return of(service).stream()
        .flatMap(slice -> some(slice.getPorts()).stream())
        .filter(port -> Objects.requireNonNullElse(port.getName(), "").equals(portName))
        .map(port -> port.getPort())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /**
   * The endpoints of a slice. While nothing is behind its Service, the API server writes null.
   *
   * @param slice a slice
   */
  public static List<Endpoint> endpoints(EndpointSlice slice) {
    return some(slice.getEndpoints());
  }

  private static <T> List<T> some(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private List<EndpointSlice> of(ObjectName service) {
    return slices.apply(service.namespace()).stream()
        .filter(
            slice -> {
              Map<String, String> labels = slice.getMetadata().getLabels();
              return labels != null && service.name().equals(labels.get(SERVICE_LABEL));
            })
        .toList();
  }
}
