package dev.sluice.policy.bundle;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.expression.Expression;
import io.avaje.jsonb.Json;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a gate needs for one grant. The operator compiles it, gates obey it; its JSON form is
 * the body of {@code GET /v1/bundle} and of {@code bundle.json}.
 *
 * @param format the version of this document's form
 * @param revision a hash of the content; equal revisions mean equal bundles
 * @param state whether the grant is in force
 * @param stateReason for a person, why a grant is not in force; empty where it is
 * @param access the DatabaseAccess, {@code namespace/name}
 * @param database the Database, {@code namespace/name}
 * @param purpose the purpose of the grant
 * @param target the server
 * @param role the group role that each session runs as
 * @param searchPath the search path of each session, masked schema first, which need not exist
 * @param schemaChanges whether the grant may run DDL
 * @param relations the tables of the grant
 * @param rules the statement rules, in the order in which they are reported
 * @param sessions the limits of this gate's sessions
 * @param revocation what happens to open sessions when the grant goes
 * @param plain whether nothing is vetted, forced, rewritten or refused, so that the gate is a proxy
 *     that only keeps evidence; the operator never says so, and only a directory may
 * @param evidence how much evidence there is and how safe it is; null, as before there was such a
 *     policy: {@code NONE}, {@code NEVER} and {@code BLOCK}
 * @param detections what is looked for in texts that the server sends; null: nothing
 */
@Json
public record Bundle(
    int format,
    String revision,
    State state,
    String stateReason,
    String access,
    String database,
    String purpose,
    Target target,
    String role,
    List<String> searchPath,
    boolean schemaChanges,
    List<Relation> relations,
    List<Rule> rules,
    SessionLimits sessions,
    Revocation revocation,
    boolean plain,
    @Nullable EvidencePolicy evidence,
    @Nullable List<Detection> detections) {

  /** The version of the document's form that this code writes and reads. */
  public static final int FORMAT = 1;

  /** Immutable copies. */
  public Bundle {
    searchPath = List.copyOf(searchPath);
    relations = List.copyOf(relations);
    rules = List.copyOf(rules);
    detections = detections == null || detections.isEmpty() ? null : List.copyOf(detections);
  }

  /** A bundle that is not plain, as all of the operator's are. */
  public Bundle(
      int format,
      String revision,
      State state,
      String stateReason,
      String access,
      String database,
      String purpose,
      Target target,
      String role,
      List<String> searchPath,
      boolean schemaChanges,
      List<Relation> relations,
      List<Rule> rules,
      SessionLimits sessions,
      Revocation revocation) {
    this(
        format,
        revision,
        state,
        stateReason,
        access,
        database,
        purpose,
        target,
        role,
        searchPath,
        schemaChanges,
        relations,
        rules,
        sessions,
        revocation,
        false);
  }

  /** A bundle that says nothing of evidence. */
  public Bundle(
      int format,
      String revision,
      State state,
      String stateReason,
      String access,
      String database,
      String purpose,
      Target target,
      String role,
      List<String> searchPath,
      boolean schemaChanges,
      List<Relation> relations,
      List<Rule> rules,
      SessionLimits sessions,
      Revocation revocation,
      boolean plain) {
    this(
        format,
        revision,
        state,
        stateReason,
        access,
        database,
        purpose,
        target,
        role,
        searchPath,
        schemaChanges,
        relations,
        rules,
        sessions,
        revocation,
        plain,
        null,
        null);
  }

  /** What is looked for in texts. */
  public List<Detection> detectionsOrNone() {
    return detections == null ? List.of() : detections;
  }

  /** How much evidence there is and how safe it is. */
  public EvidencePolicy evidenceOrDefault() {
    return evidence == null ? EvidencePolicy.DEFAULT : evidence;
  }

  /**
   * The same grant under a revision.
   *
   * @param stamp the revision
   */
  public Bundle withRevision(String stamp) {
    return new Bundle(
        format,
        stamp,
        state,
        stateReason,
        access,
        database,
        purpose,
        target,
        role,
        searchPath,
        schemaChanges,
        relations,
        rules,
        sessions,
        revocation,
        plain,
        evidence,
        detections);
  }

  /**
   * The same grant, ended.
   *
   * @param reason for a person, why
   */
  public Bundle revoked(String reason) {
    return new Bundle(
        format,
        revision + "-revoked",
        State.REVOKED,
        reason,
        access,
        database,
        purpose,
        target,
        role,
        searchPath,
        schemaChanges,
        relations,
        rules,
        sessions,
        revocation,
        plain,
        evidence,
        detections);
  }

  /** Whether a grant is in force. */
  public enum State {
    /** Sessions may be opened. */
    ACTIVE,
    /** The grant is gone or has ended: no session may be opened, and open ones end. */
    REVOKED
  }

  /** What happens to open sessions when their grant goes. */
  public enum Revocation {
    FINISH_STATEMENT,
    TERMINATE
  }

  /**
   * The server.
   *
   * @param engine the kind of server, {@code PostgreSQL}
   * @param endpoints its addresses, at least one
   * @param database the name of the database in it
   * @param tls how the connection is protected
   * @param serverVersion the version that the operator saw, such as {@code 15.18}
   */
  public record Target(
      String engine, List<Endpoint> endpoints, String database, Tls tls, String serverVersion) {
    /** An immutable copy. */
    public Target {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * One address.
   *
   * @param host DNS name or IP address
   * @param port TCP port
   */
  public record Endpoint(String host, int port) {}

  /**
   * Protection of the connection to the server.
   *
   * @param mode how much is verified
   * @param certificateAuthorities PEM; null: the well-known ones
   * @param direct whether it begins with the TLS handshake at once, as servers from 17 on take it,
   *     rather than by asking first
   */
  public record Tls(TlsMode mode, @Nullable String certificateAuthorities, boolean direct) {
    /** Protection that is asked for first, as all servers take it. */
    public Tls(TlsMode mode, @Nullable String certificateAuthorities) {
      this(mode, certificateAuthorities, false);
    }
  }

  /** As libpq's sslmode means it. */
  public enum TlsMode {
    DISABLE,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL
  }

  /**
   * A table of the grant.
   *
   * @param schema its schema
   * @param name its name
   * @param viewSchema where reads go instead: the schema of its masked view; null: to the table
   *     itself
   * @param otherViewName the name of that view where it is not the table's, because a table of the
   *     same name in another schema is found first; null: the same
   * @param writesThroughView whether writes go to the view as well, because the grant is limited to
   *     some rows
   * @param privileges what may be done, as SQL writes it
   * @param columns the visible columns, in the order of the table
   */
  public record Relation(
      String schema,
      String name,
      @Nullable String viewSchema,
      @Nullable String otherViewName,
      boolean writesThroughView,
      List<String> privileges,
      List<Column> columns) {
    /** Immutable copies. */
    public Relation {
      privileges = List.copyOf(privileges);
      columns = List.copyOf(columns);
    }

    /** A table whose view, where it has one, has the table's own name. */
    public Relation(
        String schema,
        String name,
        @Nullable String viewSchema,
        boolean writesThroughView,
        List<String> privileges,
        List<Column> columns) {
      this(schema, name, viewSchema, null, writesThroughView, privileges, columns);
    }

    /** The name of its view, where it has one. */
    public String viewName() {
      return otherViewName == null ? name : otherViewName;
    }

    /** Schema and name in one. */
    public RelationName relationName() {
      return new RelationName(schema, name);
    }
  }

  /**
   * A visible column.
   *
   * @param name its name
   * @param type its type as the server formats it
   * @param classification its class such as {@code pii.email}; null: none
   * @param mask the type of its mask; null: it is not masked
   * @param notNull whether the table lets no row be without a value in it
   * @param lookup the function in the schema of the masked view that finds its rows by the value of
   *     this column; null: there is none
   */
  public record Column(
      String name,
      String type,
      @Nullable String classification,
      @Nullable String mask,
      boolean notNull,
      @Nullable String lookup) {
    /** A column of which it is not told whether it may be without a value. */
    public Column(
        String name, String type, @Nullable String classification, @Nullable String mask) {
      this(name, type, classification, mask, false, null);
    }

    /** A column by whose value no rows are found where it is masked. */
    public Column(
        String name,
        String type,
        @Nullable String classification,
        @Nullable String mask,
        boolean notNull) {
      this(name, type, classification, mask, notNull, null);
    }
  }

  /**
   * A statement rule.
   *
   * @param name its name, {@code policy/rule}
   * @param ready the ready-made rule that matches, such as {@code no-drop}; empty where there is a
   *     condition
   * @param outcome what happens on a match
   * @param observe whether a match is only recorded
   * @param message what the person reads in addition; may be empty
   * @param when the condition on which it matches; null: it is a ready-made rule
   * @param limit with {@code LIMIT}, within what a statement that it matches runs; with {@code
   *     blast-radius}, how many rows it may touch; null: no limits
   */
  public record Rule(
      String name,
      String ready,
      RuleOutcome outcome,
      boolean observe,
      String message,
      @Nullable Expression when,
      @Nullable RuleLimit limit) {

    // What reads JSON takes a constructor with as many parameters as there are different types of
    // components for the right one: there is to be none with five.

    /** A rule without limits. */
    public Rule(
        String name,
        String ready,
        RuleOutcome outcome,
        boolean observe,
        String message,
        @Nullable Expression when) {
      this(name, ready, outcome, observe, message, when, null);
    }

    /** The policy that it belongs to. */
    public String policy() {
      return name.substring(0, Math.max(0, name.indexOf('/')));
    }
  }

  /**
   * What is looked for in the texts that the server sends.
   *
   * @param rule the rule that says so, {@code policy/place}
   * @param kinds what is looked for
   * @param action what becomes of what is found
   * @param columns the columns in which it is, {@code schema.table.column}, as well as whatever may
   *     be computed from them; empty: all texts
   * @param except columns that are not looked at, since the grant's purpose is exempt
   */
  public record Detection(
      String rule, List<Kind> kinds, Action action, List<String> columns, List<String> except) {
    /** Immutable copies. */
    public Detection {
      kinds = List.copyOf(kinds);
      columns = List.copyOf(columns);
      except = List.copyOf(except);
    }
  }

  /** What a rule does, from the mildest to the strictest. */
  public enum RuleOutcome {
    /** The later rules of its policy are not for the statement. */
    ALLOW,
    WARN,
    /** It runs within limits. */
    LIMIT,
    /** It runs only when somebody has approved it. */
    REQUIRE_APPROVAL,
    DENY
  }

  /**
   * Limits of one gate's sessions.
   *
   * @param max open sessions at one time, at least one
   * @param idleTimeoutSeconds after which an idle session is ended; 0: never
   * @param statementTimeoutSeconds after which a running statement is cancelled; 0: the server's
   *     own setting
   * @param connectTimeoutSeconds after which an endpoint that does not answer is given up; null:
   *     ten
   */
  public record SessionLimits(
      int max,
      long idleTimeoutSeconds,
      long statementTimeoutSeconds,
      @Nullable Integer connectTimeoutSeconds) {

    /** How long an endpoint of the server has to take a connection, and again for the login. */
    public Duration connectTimeout() {
      return Duration.ofSeconds(Math.max(1, Objects.requireNonNullElse(connectTimeoutSeconds, 10)));
    }
  }
}
