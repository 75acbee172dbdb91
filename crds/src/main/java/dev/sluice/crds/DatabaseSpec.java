package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the platform team says of a database.
 *
 * @param engine the kind of server; cannot be changed
 * @param endpoints where it answers, one to eight; of several, the one that is primary is used
 * @param database the name of the database in the server
 * @param tls how the connection to the server is protected
 * @param adminSecretRef the Secret of type {@code kubernetes.io/basic-auth}, in the same namespace,
 *     of the role with which the operator administers the database
 * @param allowedNamespaces from which namespaces a DatabaseAccess may refer to this database
 * @param ceiling the most that a DatabaseAccess may ask for
 * @param classifications what the columns hold
 * @param onRevoke what happens to open sessions of a grant that is revoked
 * @param deletionPolicy whether roles and views go with the resource
 */
public record DatabaseSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "engine cannot be changed: create another Database")
        @JsonPropertyDescription("The kind of server. Cannot be changed.")
        Engine engine,
    @Required
        @Size(min = 1, max = 8) @JsonPropertyDescription(
            "Where the server answers; of several, the one that is primary is used.")
        List<Endpoint> endpoints,
    @Required
        @Size(min = 1, max = 63) @JsonPropertyDescription("The name of the database in the server.")
        String database,
    @Required @JsonPropertyDescription("How the connection to the server is protected.") Tls tls,
    @Required
        @JsonPropertyDescription(
            "The Secret (kubernetes.io/basic-auth, same namespace) of the role with which the"
                + " operator administers the database.")
        SecretReference adminSecretRef,
    @JsonPropertyDescription(
            "From which namespaces a DatabaseAccess may refer to this database. Default: Same.")
        @Nullable AllowedNamespaces allowedNamespaces,
    @JsonPropertyDescription(
            "The most that a DatabaseAccess may ask for. Default: schema public; SELECT, INSERT,"
                + " UPDATE, DELETE; no schema changes.")
        @Nullable Ceiling ceiling,
    @Size(max = 2000) @JsonPropertyDescription(
            "What the columns hold, as classes that masking policies refer to.")
        @Nullable List<Classification> classifications,
    @Default("FinishStatement")
        @JsonPropertyDescription("What happens to open sessions of a grant that is revoked.")
        @Nullable OnRevoke onRevoke,
    @Default("Remove")
        @JsonPropertyDescription(
            "Remove: roles, views and privileges that Sluice made go with the resource. Retain:"
                + " they stay.")
        @Nullable DeletionPolicy deletionPolicy) {

  /** Absent lists and choices become their defaults. */
  public DatabaseSpec {
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    classifications = classifications == null ? List.of() : List.copyOf(classifications);
    allowedNamespaces = allowedNamespaces == null ? AllowedNamespaces.SAME : allowedNamespaces;
    ceiling = ceiling == null ? Ceiling.DEFAULT : ceiling;
    onRevoke = onRevoke == null ? OnRevoke.FinishStatement : onRevoke;
    deletionPolicy = deletionPolicy == null ? DeletionPolicy.Remove : deletionPolicy;
  }

  /** The kinds of server that can be governed. */
  public enum Engine {
    PostgreSQL
  }

  /** What happens to open sessions when their grant goes. */
  public enum OnRevoke {
    FinishStatement,
    Terminate
  }

  /** Whether what Sluice made in the database goes with the resource. */
  public enum DeletionPolicy {
    Remove,
    Retain
  }

  /**
   * One address of the server.
   *
   * @param host DNS name or IP address
   * @param port TCP port, 1 to 65535
   */
  public record Endpoint(
      @Required @Size(min = 1, max = 253) @Pattern("^[A-Za-z0-9.:_-]+$") String host,
      @Min(1) @Max(65535) @Default("5432") @Nullable Integer port) {
    /** PostgreSQL's port where none is given. */
    public Endpoint {
      port = port == null ? Integer.valueOf(5432) : port;
    }
  }

  /**
   * Protection of the connection to the server.
   *
   * @param mode how much is verified
   * @param caRef where the certificate authority stands; absent: the well-known ones
   * @param insecureReason why a mode that does not verify the server is acceptable
   */
  @ValidationRule(
      value =
          "self.mode in ['VerifyCA', 'VerifyFull'] || (has(self.insecureReason) &&"
              + " self.insecureReason != '')",
      message =
          "mode Disable and mode Require do not verify the server: use VerifyFull with caRef, or"
              + " say in insecureReason why this is acceptable")
  public record Tls(
      @Required TlsMode mode,
      @Nullable CertificateAuthorityReference caRef,
      @Size(max = 1000) @Nullable String insecureReason) {}

  /** How much of the server's identity is verified, as libpq's sslmode means it. */
  public enum TlsMode {
    Disable,
    Require,
    VerifyCA,
    VerifyFull
  }

  /**
   * Where a PEM bundle of certificate authorities stands, in the Database's namespace.
   *
   * @param kind the kind of object that holds it
   * @param name the object's name
   * @param key the key in it
   */
  public record CertificateAuthorityReference(
      @Required CertificateAuthorityKind kind,
      @Required @Size(min = 1, max = 253) String name,
      @Default("ca.crt") @Nullable String key) {
    /** {@code ca.crt} where no key is given. */
    public CertificateAuthorityReference {
      key = key == null ? "ca.crt" : key;
    }
  }

  /** Kinds of object that can hold a certificate authority. */
  public enum CertificateAuthorityKind {
    ConfigMap,
    Secret
  }

  /**
   * A Secret in the same namespace.
   *
   * @param name its name
   */
  public record SecretReference(@Required @Size(min = 1, max = 253) String name) {}

  /**
   * From which namespaces a DatabaseAccess may refer to a Database.
   *
   * @param from the way of choosing
   * @param selector labels of the namespaces, with {@code Selector}
   */
  @ValidationRule(
      value = "(self.from == 'Selector') == has(self.selector)",
      message = "selector goes with from: Selector, and only with it")
  public record AllowedNamespaces(@Required From from, @Nullable LabelSelector selector) {
    /** The Database's own namespace alone. */
    public static final AllowedNamespaces SAME = new AllowedNamespaces(From.Same, null);

    /** Ways of choosing namespaces. */
    public enum From {
      Same,
      All,
      Selector
    }
  }

  /**
   * The most that a DatabaseAccess may ask for.
   *
   * @param schemas schemas whose tables may be named
   * @param privileges privileges that may be granted
   * @param schemaChanges whether a grant may run DDL
   * @param maxDuration the longest time until a grant's {@code expiresAt}, counted from its
   *     creation; absent: no limit
   */
  public record Ceiling(
      @Size(min = 1, max = 100) @Nullable List<String> schemas,
      @Size(min = 1) @Nullable List<Privilege> privileges,
      @Default("None") @Nullable SchemaChanges schemaChanges,
      @Pattern(Durations.PATTERN) @Nullable String maxDuration) {
    /** Ordinary reading and writing in schema {@code public}. */
    public static final Ceiling DEFAULT = new Ceiling(null, null, null, null);

    /** Absent parts become ordinary reading and writing in schema {@code public}. */
    public Ceiling {
      schemas = schemas == null ? List.of("public") : List.copyOf(schemas);
      privileges = privileges == null ? List.of(Privilege.values()) : List.copyOf(privileges);
      schemaChanges = schemaChanges == null ? SchemaChanges.None : schemaChanges;
    }
  }

  /**
   * What the columns of one table hold.
   *
   * @param table {@code schema.table}; names are exact, and a part with a dot or a double quote
   *     stands in double quotes
   * @param columns column name to class, such as {@code email: pii.email}
   */
  public record Classification(
      @Required @Size(min = 3, max = 270) String table,
      @Required @Size(min = 1, max = 1600) Map<String, String> columns) {
    /** An immutable copy. */
    public Classification {
      columns = columns == null ? Map.of() : Map.copyOf(columns);
    }
  }
}
