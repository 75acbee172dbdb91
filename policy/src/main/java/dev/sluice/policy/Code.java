package dev.sluice.policy;

/**
 * The stable codes of findings, as errors, events and conditions carry them. The reference is
 * generated from here. A code is never given a second meaning.
 */
public enum Code {
  /** DDL outside a grant with {@code schemaChanges: Allowed}. */
  SCHEMA_CHANGES(
      "SLU-S01",
      "Schema changes are not part of the grant",
      "The statement makes, changes or removes a definition, or gives or takes privileges, and the"
          + " DatabaseAccess has schemaChanges: None. Temporary tables are not meant by this.",
      "Run migrations with a DatabaseAccess that has schemaChanges: Allowed."),

  /** A statement that would make a session act as somebody else. */
  SESSION_IDENTITY(
      "SLU-S02",
      "A session keeps its identity",
      "Each session runs as the grant's own role, and evidence names it. The statement would change"
          + " the role of the session, or a role itself: SET ROLE, SET SESSION AUTHORIZATION, a"
          + " set_config of them or of a setting that the text does not tell, CREATE, ALTER or DROP"
          + " ROLE.",
      "Leave the role as it is; ask for a DatabaseAccess of its own for other privileges."),

  /** Files, programs and libraries of the database server. */
  SERVER_ACCESS(
      "SLU-S03",
      "The server's files and programs are out of reach",
      "The statement reads or writes files of the database server, runs a program there or loads a"
          + " library.",
      "Use COPY ... FROM STDIN and COPY ... TO STDOUT (in psql \\copy), which go through the"
          + " connection."),

  /** Replication. */
  REPLICATION(
      "SLU-S04",
      "Replication is not part of a grant",
      "Replication slots, publications, subscriptions and decoding deliver whole tables past every"
          + " mask and row filter.",
      "Read the tables of the grant with SELECT."),

  /** The ready rule no-drop. */
  NO_DROP(
      "SLU-S05",
      "DROP is not allowed",
      "The ready-made rule no-drop refuses every DROP.",
      "Ask the owners of the policy to remove the object."),

  /** The ready rule no-truncate. */
  NO_TRUNCATE(
      "SLU-S06",
      "TRUNCATE is not allowed",
      "The ready-made rule no-truncate refuses every TRUNCATE.",
      "Delete with a WHERE that names the rows."),

  /** The ready rule no-mass-delete. */
  NO_MASS_DELETE(
      "SLU-S07",
      "DELETE without a WHERE is not allowed",
      "The ready-made rule no-mass-delete refuses a DELETE whose WHERE is missing or true for every"
          + " row.",
      "Add a WHERE that names the rows."),

  /** The ready rule no-mass-update. */
  NO_MASS_UPDATE(
      "SLU-S08",
      "UPDATE without a WHERE is not allowed",
      "The ready-made rule no-mass-update refuses an UPDATE whose WHERE is missing or true for"
          + " every row.",
      "Add a WHERE that names the rows."),

  /** The ready rule no-opaque. */
  NO_OPAQUE(
      "SLU-S09",
      "The text must tell what the statement does",
      "The ready-made rule no-opaque refuses statements whose effect their text does not tell: DO,"
          + " CALL and EXECUTE of a text made at run time.",
      "Write the statements themselves."),

  /** The ready rule no-unknown. */
  NO_UNKNOWN(
      "SLU-S10",
      "The statement was not understood",
      "The ready-made rule no-unknown refuses texts that the parser did not understand or that are"
          + " too long for it.",
      "Correct the statement, or split it into shorter ones."),

  /** A rule that this gate does not know. */
  UNKNOWN_RULE(
      "SLU-S11",
      "A rule is not known to this gate",
      "The bundle names a ready-made rule that this version of the gate does not have. It is taken"
          + " as matching, so that a rule never goes unheeded.",
      "Bring the gate to the version of the control plane by restarting the pod."),

  /** A client encoding in which a text cannot be read safely. */
  CLIENT_ENCODING(
      "SLU-S12",
      "This client encoding is not supported",
      "In this encoding the bytes of a character can be those of quotes and backslashes, so that a"
          + " statement could be read in two ways.",
      "Use client_encoding UTF8."),

  /** No session, since the grant has ended. */
  GRANT_ENDED(
      "SLU-G01",
      "The grant has ended",
      "The DatabaseAccess was deleted, has expired or was suspended.",
      "Ask for a new DatabaseAccess, or have it prolonged (spec.expiresAt)."),

  /** No session, since the gate has no bundle or no credential. */
  NOT_READY(
      "SLU-G02",
      "The gate is not ready",
      "The gate has not got its bundle or its credential from the control plane.",
      "See the log of the container sluice-gate and the conditions of the DatabaseAccess."),

  /** A start-up message that asks for another database. */
  OTHER_DATABASE(
      "SLU-G03",
      "This gate leads to one database",
      "The client asked for a database that the grant is not for.",
      "Leave the database out, or name the one of the grant."),

  /** A start-up parameter that is not passed on. */
  STARTUP_PARAMETER(
      "SLU-G04",
      "A start-up parameter is refused",
      "The client asked at start-up for another role, for replication, or with options that cannot"
          + " be read.",
      "Remove the parameter from the connection string."),

  /** Too many sessions. */
  TOO_MANY_SESSIONS(
      "SLU-G05",
      "Too many sessions",
      "The gate has as many open sessions as the DatabaseAccess allows (spec.sessions.max).",
      "Make the connection pool smaller, or have spec.sessions.max raised."),

  /** A session without traffic. */
  IDLE_TIMEOUT(
      "SLU-G06",
      "The session was idle for too long",
      "The session had no statement for longer than the DatabaseAccess allows"
          + " (spec.sessions.idleTimeout).",
      "Connect again; let the connection pool close idle connections earlier."),

  /** No endpoint could be reached. */
  SERVER_UNREACHABLE(
      "SLU-G07",
      "The database server cannot be reached",
      "None of the Database's endpoints accepted a connection as a primary.",
      "See the conditions of the Database and the network between the pod and it."),

  /**
   * The server did not accept the gate's credential, or asked for one in a way that is not safe.
   */
  SERVER_LOGIN(
      "SLU-G08",
      "The database server did not accept the gate",
      "The server refused the short-lived credential, or asked for it in a way that would show it"
          + " to others.",
      "See the conditions of the DatabaseAccess; the gate asks for a new credential by itself."),

  /** TLS to the server could not be had as configured. */
  SERVER_TLS(
      "SLU-G09",
      "TLS to the database server failed",
      "The server does not offer TLS, or its certificate is not the one that the Database asks"
          + " for.",
      "Correct spec.tls of the Database, or the server's certificate."),

  /** A prepared statement of before a change of the grant. */
  STATEMENT_STALE(
      "SLU-G10",
      "The statement must be prepared again",
      "The columns that the grant shows changed after the statement was prepared.",
      "Prepare it again; most drivers do so by themselves."),

  /** The gate is going away. */
  SHUTTING_DOWN(
      "SLU-G11", "The gate is shutting down", "The pod is being stopped.", "Connect again."),

  /** A peer that does not keep to the protocol. */
  PROTOCOL(
      "SLU-G12",
      "The message is not one of the protocol",
      "A message had a length or a form that the protocol does not allow.",
      "Check that the client speaks PostgreSQL's protocol 3 and that nothing changes its bytes."),

  /** A statement that ran for too long. */
  STATEMENT_TIMEOUT(
      "SLU-G13",
      "The statement ran for too long",
      "The statement ran for longer than the DatabaseAccess allows"
          + " (spec.sessions.statementTimeout).",
      "Make the statement faster, or have spec.sessions.statementTimeout raised.");

  private final String code;
  private final String title;
  private final String explanation;
  private final String remedy;

  Code(String code, String title, String explanation, String remedy) {
    this.code = code;
    this.title = title;
    this.explanation = explanation;
    this.remedy = remedy;
  }

  /** The code itself, such as {@code SLU-S01}: S for statements, G for sessions at the gate. */
  public String code() {
    return code;
  }

  /** One line without a full stop. */
  public String title() {
    return title;
  }

  /** What it means, in whole sentences. */
  public String explanation() {
    return explanation;
  }

  /** What to do next, in whole sentences. */
  public String remedy() {
    return remedy;
  }
}
