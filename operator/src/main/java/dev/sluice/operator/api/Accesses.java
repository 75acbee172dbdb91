package dev.sluice.operator.api;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds accesses for those who ask, and tells why one is not to be had. */
public final class Accesses {
  private static final Logger LOG = LoggerFactory.getLogger(Accesses.class);
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private final AccessDirectory directory;
  private final KubernetesClient client;
  private final BooleanSupplier leading;

  /**
   * A finder.
   *
   * @param directory what reconciliation knows
   * @param client may get DatabaseAccess resources in every namespace
   * @param leading whether this replica reconciles
   */
  public Accesses(AccessDirectory directory, KubernetesClient client, BooleanSupplier leading) {
    this.directory = directory;
    this.client = client;
    this.leading = leading;
  }

  AccessDirectory directory() {
    return directory;
  }

  static String name(@Nullable String text) {
    if (text == null || !NAME.matcher(text).matches()) {
      throw new Refusal(
          400, Code.BAD_REQUEST, "access must be namespace/name of a DatabaseAccess.");
    }
    return text;
  }

  Grant require(String access) {
    if (!leading.getAsBoolean()) {
      throw new Refusal(503, Code.NOT_LEADING, "This replica of the operator does not lead.");
    }
    Grant grant = directory.find(access);
    if (grant != null) {
      return grant;
    }
    int slash = access.indexOf('/');
    DatabaseAccess stored = stored(access.substring(0, slash), access.substring(slash + 1));
    if (stored == null) {
      throw new Refusal(
          404, Code.ACCESS_NOT_FOUND, "There is no DatabaseAccess %s.".formatted(access));
    }
    throw new Refusal(
        409,
        Code.ACCESS_NOT_READY,
        "DatabaseAccess %s has not been looked at yet.".formatted(access),
        "Wait: this takes a moment after the operator has started.");
  }

  private @Nullable DatabaseAccess stored(String namespace, String name) {
    try {
      // Listed, since gates end the grant of an access that is not there: a kind that the API
      // server
      // does not serve right now is an error here, where a get takes it for an absent resource.
      return client
          .resources(DatabaseAccess.class)
          .inNamespace(namespace)
          .withField("metadata.name", name)
          .list()
          .getItems()
          .stream()
          .findFirst()
          .orElse(null);
    } catch (KubernetesClientException failure) {
      LOG.warn(
          "access={}/{} could not be read: status={}", namespace, name, failure.getCode(), failure);
      throw new Refusal(
          503, Code.CLUSTER_AWAY, "The access could not be read from the API server.");
    }
  }
}
