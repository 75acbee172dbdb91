package dev.sluice.webhook;

import dev.sluice.cluster.CredentialScan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The webhook's settings, such as {@code sluice.gate.image} or {@code SLUICE_GATE_IMAGE}. */
@ConfigMapping(prefix = "sluice")
public interface WebhookSettings {
  /** The namespace of the control plane, which is never looked at. */
  @WithDefault("sluice-system")
  String namespace();

  /** How far connection strings are looked for. */
  @WithDefault("References")
  CredentialScan credentialScan();

  /** Where contents are read with {@link CredentialScan#CONTENT}; absent: everywhere. */
  Optional<Set<String>> scanNamespaces();

  /** The cluster's DNS domain. */
  @WithDefault("cluster.local")
  String clusterDomain();

  /** Where gates find the operator; absent: its Service in {@link #namespace}. */
  Optional<String> control();

  /** Namespaces that are never looked at, beside the control plane's own. */
  @WithDefault("kube-system")
  Set<String> exemptNamespaces();

  /**
   * Users whose word about the owner of an object is taken: the controllers that make pods. An
   * asterisk at the end stands for any ending.
   */
  @WithDefault("system:kube-controller-manager,system:serviceaccount:kube-system:*")
  List<String> trustedControllers();

  /** How a gate is put in. */
  Gate gate();

  /** How a gate is put in. */
  interface Gate {
    /** The gate's image. */
    String image();

    /** When the kubelet fetches it: IfNotPresent, Always, Never. */
    @WithDefault("IfNotPresent")
    String pullPolicy();

    /** What it asks for and is limited to, a ResourceRequirements in JSON. */
    @WithDefault(
        "{\"requests\":{\"cpu\":\"20m\",\"memory\":\"64Mi\"},\"limits\":{\"memory\":\"256Mi\"}}")
    String resources();

    /** How much evidence it keeps on the node at most, a Kubernetes quantity. */
    @WithDefault("64Mi")
    String spoolSize();
  }
}
