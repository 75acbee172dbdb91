package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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
 * @param database the name of the database in the server; cannot be changed once it was reached, as
 *     what was made there would stay behind
 * @param tls how the connection to the server is protected
 * @param adminSecretRef the Secret of type {@code kubernetes.io/basic-auth}, in the same namespace,
 *     of the role with which the operator administers the database
 * @param allowedNamespaces from which namespaces a DatabaseAccess may refer to this database
 * @param ceiling the most that a DatabaseAccess may ask for
 * @param classifications what the columns hold
 * @param discovery whether it is looked for columns that hold more than is said of them
 * @param posture who may reach the database without Sluice, and what becomes of the others
 * @param evidence how much evidence there is of what runs in it, and how safe that is
 * @param onRevoke what happens to open sessions of a grant that is revoked
 * @param deletionPolicy whether roles and views go with the resource
 * @param maskKeyRotation a word for which the key of the masks is made anew, once for each word
 * @param maskKeyRef what the key of the masks is made from; null: the database makes its own
 * @param networkEgress whether pods without an access are kept from a server outside of the cluster
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "engine cannot be changed: create another Database")
        @JsonPropertyDescription("The kind of server. It cannot be changed.")
        Engine engine,
    @Required
        @Size(min = 1, max = 8) @UniqueItems(by = {"host", "port"})
        @JsonPropertyDescription(
            "Where the server answers. Of several, the one that is primary is used.")
        List<Endpoint> endpoints,
    @Required
        @Size(min = 1, max = 63) @JsonPropertyDescription(
            "The name of the database in the server, exactly as the server has it: nothing is"
                + " folded to lower case. It cannot be changed once it was reached.")
        String database,
    @Required @JsonPropertyDescription("How the connection to the server is protected.") Tls tls,
    @Required
        @JsonPropertyDescription(
            "The Secret of type kubernetes.io/basic-auth, in the same namespace, with user name and"
                + " password of the role with which the operator administers the database.")
        SecretReference adminSecretRef,
    @Default("from: Same")
        @JsonPropertyDescription(
            "From which namespaces a DatabaseAccess may refer to this database.")
        @Nullable AllowedNamespaces allowedNamespaces,
    @Default("{}")
        @JsonPropertyDescription(
            "The most that a DatabaseAccess may ask for. Each part that is absent has its default.")
        @Nullable Ceiling ceiling,
    @Size(max = 1000) @UniqueItems(by = "table")
        @JsonPropertyDescription(
            "What the columns hold, as classes that masking policies refer to, table by table. The"
                + " class none says that a column holds nothing sensitive.")
        @Nullable List<Classification> classifications,
    @JsonPropertyDescription(
            "Whether columns are looked for that hold what no classification says. Absent: they are"
                + " not.")
        @Nullable Discovery discovery,
    @JsonPropertyDescription(
            "Who may reach the database without Sluice, and what becomes of the others. Absent: no"
                + " role is known, and what is found is told.")
        @Nullable Posture posture,
    @Default("{}")
        @JsonPropertyDescription(
            "How much evidence there is of what runs in the database, and how safe it is in the"
                + " gates. Each part that is absent has its default. A gate with several accesses"
                + " has one disk for all: of fsync and whenFull the strictest holds for it.")
        @Nullable Evidence evidence,
    @Default("FinishStatement")
        @JsonPropertyDescription(
            "What happens to the open sessions of an access that is revoked. FinishStatement: a"
                + " running statement ends first. Terminate: it is cancelled.")
        @Nullable OnRevoke onRevoke,
    @Default("Remove")
        @JsonPropertyDescription(
            "What happens in the database when this resource is deleted. Remove: the roles, views"
                + " and privileges that Sluice made go. Retain: they stay.")
        @Nullable DeletionPolicy deletionPolicy,
    @JsonPropertyDescription(
            "A word such as 2026-11. For each word that was not written here before, the key of"
                + " the masks is made anew, once: all values of Hash, Token, Email and the other"
                + " keyed masks change together. Absent: the key stays.")
        @Text(TextForm.ROTATION)
        @Nullable String maskKeyRotation,
    @JsonPropertyDescription(
            "A Secret from which the key of the masks is made, so that Databases with the same"
                + " bytes there, and the same maskKeyRotation, have the same tokens and hashes."
                + " Absent: the database makes a key of its own, which never leaves it.")
        @Nullable HashKeyReference maskKeyRef,
    @Default("Open")
        @JsonPropertyDescription(
            "For a server outside of the cluster. Open: the network is left as it is. Managed: in"
                + " namespaces where an EnforcementPolicy enforces DirectConnection, a"
                + " NetworkPolicy keeps pods without an access from the endpoints, and nothing else"
                + " from anything.")
        @Nullable NetworkEgress networkEgress) {

  /** Absent lists and choices become their defaults. */
  public DatabaseSpec {
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    classifications = classifications == null ? List.of() : List.copyOf(classifications);
    allowedNamespaces = allowedNamespaces == null ? AllowedNamespaces.SAME : allowedNamespaces;
    ceiling = ceiling == null ? Ceiling.DEFAULT : ceiling;
    evidence = evidence == null ? Evidence.DEFAULT : evidence;
    onRevoke = onRevoke == null ? OnRevoke.FinishStatement : onRevoke;
    deletionPolicy = deletionPolicy == null ? DeletionPolicy.Remove : deletionPolicy;
    networkEgress = networkEgress == null ? NetworkEgress.Open : networkEgress;
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

  /** Whether pods without an access are kept from a server outside of the cluster. */
  public enum NetworkEgress {
    Open,
    Managed
  }

  /**
   * One address of the server.
   *
   * @param host DNS name or IP address
   * @param port TCP port, 1 to 65535
   */
  public record Endpoint(
      @Required
          @JsonPropertyDescription("A DNS name or an IP address, without scheme and port.")
          @Text(TextForm.HOST)
          String host,
      @Min(1) @Max(65535) @Default("5432") @JsonPropertyDescription("The TCP port.")
          @Nullable Integer port) {
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
   * @param negotiation how TLS begins; absent: {@code Postgres}
   */
  @ValidationRule(
      value =
          "self.mode in ['VerifyCA', 'VerifyFull'] || (has(self.insecureReason) &&"
              + " self.insecureReason != '')",
      message =
          "mode Disable and mode Require do not verify the server: use VerifyFull with caRef, or"
              + " say in insecureReason why this is acceptable")
  @ValidationRule(
      value = "self.mode in ['VerifyCA', 'VerifyFull'] || !has(self.caRef)",
      message =
          "caRef goes with mode VerifyCA or VerifyFull: the other modes do not verify the server",
      fieldPath = ".caRef")
  @ValidationRule(
      value = "self.mode != 'Disable' || !has(self.negotiation) || self.negotiation != 'Direct'",
      message = "negotiation Direct goes with TLS, which mode Disable does without",
      fieldPath = ".negotiation")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Tls(
      @Required
          @JsonPropertyDescription(
              "How much is verified. VerifyFull: that the server is the one that was called, by"
                  + " name. VerifyCA: that its certificate is by the authority. Require: nothing,"
                  + " but the connection is encrypted. Disable: the connection is not encrypted.")
          TlsMode mode,
      @JsonPropertyDescription(
              "Where the certificate authority stands. Absent: the well-known authorities.")
          @Nullable CertificateAuthorityReference caRef,
      @Size(max = 1000) @JsonPropertyDescription(
              "Why a mode that does not verify the server is acceptable. Needed with Disable and"
                  + " Require.")
          @Nullable String insecureReason,
      @JsonPropertyDescription(
              "How TLS begins. Postgres, also where it is absent: the server is asked first."
                  + " Direct: with the handshake at once, as servers from 17 on take it and as"
                  + " balancers need it that route by name (SNI).")
          @Nullable TlsNegotiation negotiation) {}

  /** How TLS begins, as libpq's sslnegotiation means it. */
  public enum TlsNegotiation {
    Postgres,
    Direct
  }

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
      @Required @JsonPropertyDescription("The kind of object, in the same namespace.")
          CertificateAuthorityKind kind,
      @Required @JsonPropertyDescription("The object's name.") @Text(TextForm.OBJECT_NAME)
          String name,
      @Default("ca.crt")
          @JsonPropertyDescription("The key in it, of a text in PEM.")
          @Text(TextForm.DATA_KEY)
          @Nullable String key) {
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
  public record SecretReference(
      @Required @JsonPropertyDescription("The Secret's name.") @Text(TextForm.OBJECT_NAME)
          String name) {}

  /**
   * From which namespaces a DatabaseAccess may refer to a Database.
   *
   * @param from the way of choosing
   * @param selector labels of the namespaces, with {@code Selector}
   */
  @ValidationRule(
      value = "(self.from == 'Selector') == has(self.selector)",
      message = "selector goes with from: Selector, and only with it")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AllowedNamespaces(
      @Required
          @JsonPropertyDescription(
              "The way of choosing. Same: the Database's own namespace. All: every namespace."
                  + " Selector: those whose labels match.")
          From from,
      @JsonPropertyDescription("Labels of the namespaces, with from: Selector.")
          @Nullable LabelSelector selector) {
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
   * @param lookupsPerMinute how many rows' values an access may look up a minute; 0: none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Ceiling(
      @Default("[\"public\"]")
          @Size(min = 1, max = 100) @UniqueItems
          @JsonPropertyDescription("Schemas whose tables may be named.")
          @Nullable List<@Size(min = 1, max = 63) String> schemas,
      @Default("[\"SELECT\", \"INSERT\", \"UPDATE\", \"DELETE\"]")
          @Size(min = 1, max = 4) @UniqueItems
          @JsonPropertyDescription("Privileges that may be granted.")
          @Nullable List<Privilege> privileges,
      @Default("None")
          @JsonPropertyDescription(
              "Whether an access may ask to run DDL, such as migrations: None or Allowed.")
          @Nullable SchemaChanges schemaChanges,
      @DurationBetween(minimum = "1m", maximum = "87600h")
          @JsonPropertyDescription(
              "The longest time from an access's creation to its expiresAt, 1m to 87600h; with it,"
                  + " expiresAt is needed. Absent: no limit.")
          @Text(TextForm.DURATION)
          @Nullable String maxDuration,
      @Default("0")
          @Min(0) @Max(60_000) @JsonPropertyDescription(
              "How many times a minute an access may look for rows by the value of a masked column,"
                  + " with lookup: Exact; each is a guess that is answered. 0 to 60000; 0: not at"
                  + " all.")
          @Nullable Integer lookupsPerMinute) {
    /** How many times a minute an access to a Database may look for rows by masked values. */
    public static int lookupsPerMinute(DatabaseSpec spec) {
      Ceiling ceiling = spec.ceiling();
      Integer most = ceiling == null ? null : ceiling.lookupsPerMinute();
      return most == null ? 0 : most;
    }

    /** Ordinary reading and writing in schema {@code public}. */
    public static final Ceiling DEFAULT = new Ceiling(null, null, null, null, null);

    /** Absent parts become ordinary reading and writing in schema {@code public}. */
    public Ceiling {
      schemas = schemas == null ? List.of("public") : List.copyOf(schemas);
      privileges = privileges == null ? List.of(Privilege.values()) : List.copyOf(privileges);
      lookupsPerMinute = lookupsPerMinute == null ? 0 : lookupsPerMinute;
      schemaChanges = schemaChanges == null ? SchemaChanges.None : schemaChanges;
    }
  }

  /**
   * What the columns of one table hold.
   *
   * @param table {@code schema.table}; a part with a dot or a double quote stands in double quotes,
   *     and {@code *} stands for any characters
   * @param columns column name to class, such as {@code email: pii.email}; {@code *} likewise
   * @param jsonPaths what stands in JSON documents of columns
   */
  @ValidationRule(
      value = "has(self.columns) || has(self.jsonPaths)",
      message = "write columns or jsonPaths: without one nothing is classified")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Classification(
      @Required
          @JsonPropertyDescription(
              "The table as schema.table. Names are exact, but that * stands for any characters,"
                  + " as in \"*.customers\"; a part with a dot or a double quote in it stands in"
                  + " double quotes.")
          @Text(TextForm.TABLE)
          String table,
      @Size(min = 1, max = 1600) @JsonPropertyDescription(
              "Column name to class, such as email: pii.email, or \"*_email\": pii.email. A class"
                  + " is in lower case, its parts separated by dots or hyphens.")
          @Nullable Map<String, @Pattern("^[a-z0-9]+([.-][a-z0-9]+)*$") @Size(min = 1, max = 63) String>
              columns,
      @Size(min = 1, max = 100) @JsonPropertyDescription(
              "What stands where in JSON documents: what a policy says of such a class holds for"
                  + " that part of the document.")
          @Nullable List<JsonPathClass> jsonPaths) {
    /** Immutable copies. */
    public Classification {
      columns = columns == null ? null : Map.copyOf(columns);
      jsonPaths = jsonPaths == null ? null : List.copyOf(jsonPaths);
    }

    /** Only columns. */
    public Classification(String table, Map<String, String> columns) {
      this(table, columns, null);
    }

    /** Column name to class; empty where nothing is said of columns. */
    public Map<String, String> ofColumns() {
      return columns == null ? Map.of() : columns;
    }

    /** Parts of documents; empty where nothing is said of them. */
    public List<JsonPathClass> ofJsonPaths() {
      return jsonPaths == null ? List.of() : jsonPaths;
    }
  }

  /**
   * What stands at a path of the JSON documents of a column.
   *
   * @param column the column's name; {@code *} stands for any characters
   * @param path where, such as {@code $.contact.email}
   * @param dataClass the class
   */
  public record JsonPathClass(
      @Required
          @Size(min = 1, max = 63) @JsonPropertyDescription("The column, of type json or jsonb.")
          String column,
      @Required
          @JsonPropertyDescription(
              "Where the value stands: $.contact.email is a member of a member, $.items[*].card one"
                  + " of every element, $..ssn every member of this name however deep.")
          @Pattern("^[$]([.][.]?([A-Za-z0-9_-]+|\"([^\"]|\"\")+\")|\\[[*]\\])+$")
          @Size(max = 200) String path,
      @Required
          @JsonProperty("class")
          @JsonPropertyDescription("The class of what stands there.")
          @Pattern("^[a-z0-9]+([.-][a-z0-9]+)*$") @Size(min = 1, max = 63) String dataClass) {}

  /**
   * Whether columns are looked for that hold what no classification says.
   *
   * @param mode what becomes of what is found
   * @param interval how often the same columns are looked into again
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Discovery(
      @Required
          @JsonPropertyDescription(
              "What becomes of what is found. \"Off\", in quotes since YAML takes Off for false:"
                  + " nothing is looked for. Suggest: the status"
                  + " proposes classes. Enforce: a proposed class holds until somebody decides, and"
                  + " a column that was not looked into yet is invisible to governed roles.")
          DiscoveryMode mode,
      @Default("6h")
          @DurationBetween(minimum = "1m", maximum = "8760h")
          @JsonPropertyDescription(
              "How often the same columns are looked into again, 1m to 8760h. New and changed ones"
                  + " are looked into at once.")
          @Text(TextForm.DURATION)
          @Nullable String interval) {
    /** Nothing is looked for. */
    public static final Discovery OFF = new Discovery(DiscoveryMode.Off, null);

    /** {@code 6h} where nothing is said. */
    public Discovery {
      interval = interval == null ? "6h" : interval;
    }

    /** What a Database says; {@link #OFF} where it says nothing. */
    public static Discovery of(DatabaseSpec spec) {
      return spec.discovery() == null ? OFF : spec.discovery();
    }
  }

  /**
   * Who may reach the database without Sluice, and what becomes of the others.
   *
   * @param knownRoles roles of the server that are meant to reach it
   * @param lockdown what becomes of the others
   * @param schemaChanges whether changes of the schema without a gate are watched for
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Posture(
      @Size(max = 100) @UniqueItems
          @JsonPropertyDescription(
              "Roles of the server that are meant to reach the database without Sluice, such as one"
                  + " for backups, exactly as the server has them. Nothing that they may do is"
                  + " told.")
          @Nullable List<@Size(min = 1, max = 63) String> knownRoles,
      @Default("Report")
          @JsonPropertyDescription(
              "What becomes of the other roles. Report: what they may do is told. Connect: they may"
                  + " not connect to the database any more, by a REVOKE that is undone when this is"
                  + " Report again. Superusers and the owner of the database always may.")
          @Nullable Lockdown lockdown,
      @Default("Ignore")
          @JsonPropertyDescription(
              "What becomes of changes of the schema (DDL) that did not come through a gate."
                  + " Ignore: nothing. Record: event triggers note them in the database, where the"
                  + " administrator may make such, and the operator makes events of them.")
          @Nullable SchemaChangeWatch schemaChanges) {
    /** No role is known, and nothing is taken away. */
    public static final Posture DEFAULT = new Posture(null, null, null);

    /** Absent parts become their defaults. */
    public Posture {
      knownRoles = knownRoles == null ? List.of() : List.copyOf(knownRoles);
      lockdown = lockdown == null ? Lockdown.Report : lockdown;
      schemaChanges = schemaChanges == null ? SchemaChangeWatch.Ignore : schemaChanges;
    }

    /** What a Database says; {@link #DEFAULT} where it says nothing. */
    public static Posture of(DatabaseSpec spec) {
      return spec.posture() == null ? DEFAULT : spec.posture();
    }
  }

  /** What becomes of changes of the schema that did not come through a gate. */
  public enum SchemaChangeWatch {
    Ignore,
    Record
  }

  /** What becomes of roles that are not known. */
  public enum Lockdown {
    Report,
    Connect
  }

  /** What becomes of what discovery finds. */
  public enum DiscoveryMode {
    Off,
    Suggest,
    Enforce
  }

  /**
   * How much evidence there is, and how safe it is.
   *
   * @param bindValues what events have of the values that are bound to statements
   * @param hashKeyRef where the key of {@code Hash} stands
   * @param fsync when gates force events to the medium
   * @param whenFull what happens to statements when a gate's disk takes no more events
   */
  @ValidationRule(
      value = "(self.bindValues == 'Hash') == has(self.hashKeyRef)",
      message = "hashKeyRef goes with bindValues: Hash, and only with it")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Evidence(
      @Default("None")
          @JsonPropertyDescription(
              "What events have of the values that are bound to statements ($1, $2). None: nothing."
                  + " Hash: a keyed hash of each, so that equal values are found and no value is"
                  + " seen. Plain: the beginning of each. Never of a value that meets a masked or"
                  + " classified column, or of which that is not known.")
          @Nullable BindValues bindValues,
      @JsonPropertyDescription("Where the key stands, with bindValues: Hash.")
          @Nullable HashKeyReference hashKeyRef,
      @Default("Never")
          @JsonPropertyDescription(
              "When gates force events to the medium. Whatever is chosen, an event is with the"
                  + " operating system before the client has its answer, so that it survives the"
                  + " end of the gate. Never: it may not survive the end of the node. EverySecond:"
                  + " but for the last second. Always: before the answer, which then waits for the"
                  + " disk.")
          @Nullable Fsync fsync,
      @Default("Block")
          @JsonPropertyDescription(
              "What happens when a gate holds as many events as it may, or its disk is full. Block:"
                  + " statements wait. Drop: they run without evidence; how many events are missing"
                  + " and from when to when is an event as soon as there is room.")
          @Nullable WhenFull whenFull) {
    /** No values, no forcing, nothing dropped. */
    public static final Evidence DEFAULT = new Evidence(null, null, null, null);

    /** Absent choices become their defaults. */
    public Evidence {
      bindValues = bindValues == null ? BindValues.None : bindValues;
      fsync = fsync == null ? Fsync.Never : fsync;
      whenFull = whenFull == null ? WhenFull.Block : whenFull;
    }
  }

  /** What events have of bound values. */
  public enum BindValues {
    None,
    Hash,
    Plain
  }

  /** When events are forced to the medium. */
  public enum Fsync {
    Never,
    EverySecond,
    Always
  }

  /** What happens when no more events are taken. */
  public enum WhenFull {
    Block,
    Drop
  }

  /**
   * Where a key for keyed hashes stands, in the Database's namespace.
   *
   * @param name the Secret's name
   * @param key the key in it
   */
  public record HashKeyReference(
      @Required
          @JsonPropertyDescription("The Secret's name, in the same namespace.")
          @Text(TextForm.OBJECT_NAME)
          String name,
      @Default("key")
          @JsonPropertyDescription("The key in it, of 32 random bytes or more.")
          @Text(TextForm.DATA_KEY)
          @Nullable String key) {
    /** {@code key} where none is given. */
    public HashKeyReference {
      key = key == null ? "key" : key;
    }
  }
}
