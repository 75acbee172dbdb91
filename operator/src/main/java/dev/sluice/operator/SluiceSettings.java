package dev.sluice.operator;

import dev.sluice.cluster.CredentialScan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's settings. Each is a property such as {@code sluice.check-interval}, or an
 * environment variable such as {@code SLUICE_CHECK_INTERVAL}. Durations are written as {@code 30s},
 * {@code 5m}, {@code 1h}.
 */
@ConfigMapping(prefix = "sluice")
public interface SluiceSettings {

  /** The control plane's own namespace. */
  @WithDefault("sluice-system")
  String namespace();

  /** The name of the operator's pod, for the lease and for Kubernetes Events. */
  @WithDefault("sluice-operator")
  String pod();

  /** Between two looks at a database or an access that is as it should be. */
  @WithDefault("1m")
  Duration checkInterval();

  /**
   * Between two tries at what failed, and between two looks at the Secret and the certificate
   * authority that a Database names.
   */
  @WithDefault("10s")
  Duration retryInterval();

  /**
   * How long a deletion waits for a database that cannot be reached or for statements that run.
   * After it the resource goes, and an Event tells what stays behind.
   */
  @WithDefault("5m")
  Duration deletionGrace();

  /** How long gates are told that an access is gone. */
  @WithDefault("1h")
  Duration tombstones();

  /** Whether NetworkPolicies are kept in front of databases that run in the cluster. */
  @WithDefault("true")
  boolean networkPolicies();

  /** The cluster's DNS domain. */
  @WithDefault("cluster.local")
  String clusterDomain();

  /** Namespaces whose workloads are never looked at, beside the control plane's own. */
  @WithDefault("kube-system")
  Set<String> exemptNamespaces();

  /** How far connection strings are looked for in what runs, as the webhook is set up. */
  @WithDefault("References")
  CredentialScan credentialScan();

  /** Where contents are read with {@link CredentialScan#CONTENT}; absent: everywhere. */
  Optional<Set<String>> scanNamespaces();

  /** Where gates find the operator; absent: its Service in {@link #namespace}. */
  Optional<String> control();

  /** How the webhook puts a gate in. */
  Gate gate();

  /** The look at what runs. */
  Scan scan();

  /** The control API. */
  Api api();

  /** The certificate authority. */
  Tls tls();

  /** The ledger. */
  Ledger ledger();

  /** How the webhook puts a gate in. */
  interface Gate {
    /** The gate's image; absent: it is not known which gates are outdated. */
    Optional<String> image();

    /** When the kubelet fetches it: IfNotPresent, Always, Never. */
    @WithDefault("IfNotPresent")
    String pullPolicy();

    /** What it asks for and is limited to, a ResourceRequirements in JSON. */
    @WithDefault("{}")
    String resources();

    /** How much evidence it keeps on the node at most, a Kubernetes quantity. */
    @WithDefault("64Mi")
    String spoolSize();
  }

  /** The look at what runs. */
  interface Scan {
    /** Between two looks where nothing changes. */
    @WithDefault("10m")
    Duration interval();

    /** How long changes are waited for that belong together. */
    @WithDefault("5s")
    Duration settling();

    /** How many pods are evicted for their gate within ten minutes at most. */
    @WithDefault("5")
    int evictions();

    /** How old a pod is at least that is evicted, and how long its workload then rests. */
    @WithDefault("10m")
    Duration rest();
  }

  /** The control API. */
  interface Api {
    /** The port of the control API, HTTPS. */
    @WithDefault("8443")
    int port();

    /** How long a token that was accepted is not reviewed again. */
    @WithDefault("10s")
    Duration tokenMemory();
  }

  /** The certificate authority. */
  interface Tls {
    /** Until an authority expires; it is replaced after two thirds of this. */
    @WithDefault("8760h")
    Duration authorityLife();

    /** Until a server's certificate expires; it is replaced after two thirds of this. */
    @WithDefault("720h")
    Duration certificateLife();

    /** How long a new authority is trusted everywhere before it signs. */
    @WithDefault("1h")
    Duration overlap();

    /** Between two looks at the certificates. */
    @WithDefault("1m")
    Duration checkInterval();
  }

  /** The ledger. */
  interface Ledger {
    /**
     * {@code jdbc:postgresql://host:5432/name?sslmode=...} of the ledger. Without it evidence is
     * not taken, and gates keep it.
     */
    Optional<String> url();

    /** The role that owns the ledger's tables. */
    @WithDefault("sluice")
    String username();

    /** Its password. */
    Optional<String> password();

    /**
     * PEM of who signed the certificate of the ledger's server. Where there is no such file, it is
     * one of the well-known authorities; what the URL says comes first.
     */
    @WithDefault("/etc/sluice/ledger/ca.crt")
    Path certificateAuthority();

    /** Connections to the ledger at most. */
    @WithDefault("4")
    int connections();
  }
}
