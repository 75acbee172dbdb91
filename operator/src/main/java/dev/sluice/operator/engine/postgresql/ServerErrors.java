package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.bundle.Bundle;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the driver and the server say, for the person who can mend it. Only the server's first line
 * is told: details may hold data. Classes of SQLSTATE are those of PostgreSQL's appendix A.
 */
final class ServerErrors {
  static final String UNDEFINED_OBJECT = "42704";
  static final String DUPLICATE_OBJECT = "42710";
  static final String UNIQUE_VIOLATION = "23505";
  static final String INVALID_TABLE_DEFINITION = "42P16";
  static final String DEPENDENT_OBJECTS = "2BP01";
  static final String INSUFFICIENT_PRIVILEGE = "42501";
  static final String LOCK_NOT_AVAILABLE = "55P03";
  static final String QUERY_CANCELED = "57014";
  private static final String INTERNAL_ERROR = "XX000";

  private ServerErrors() {}

  /** The first line of what the server or the driver said. */
  static String text(SQLException error) {
    ServerErrorMessage server =
        error instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    String message = server == null ? error.getMessage() : server.getMessage();
    return message == null ? "no message" : message.lines().findFirst().orElse("no message");
  }

  /** Whether the same again may succeed at once: somebody else changed the same rows. */
  static boolean concurrent(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return state.equals("40001")
        || state.equals("40P01")
        || state.equals(UNIQUE_VIOLATION)
        || state.equals(DUPLICATE_OBJECT)
        || (state.equals(INTERNAL_ERROR) && text(error).contains("concurrently"));
  }

  /** Whether the connection is of no use any more. */
  static boolean disconnected(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  /** An error while connecting to one endpoint. */
  static EngineException connecting(
      SQLException error, Bundle.Endpoint endpoint, AdminConnection connection) {
    String where = endpoint.host() + ":" + endpoint.port();
    String state = String.valueOf(error.getSQLState());
    if (state.startsWith("28")) {
      return new EngineException(
          Category.AuthenticationFailed,
          "%s refused role %s: %s".formatted(where, connection.user(), text(error)),
          "Check username and password in the Secret that spec.adminSecretRef names, and the"
              + " server's pg_hba.conf",
          error);
    }
    if (state.equals("3D000")) {
      return new EngineException(
          Category.DatabaseNotFound,
          "%s has no database %s".formatted(where, connection.database()),
          "Correct spec.database, or create the database",
          error);
    }
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new EngineException(
          Category.InsufficientRights,
          "%s does not let role %s into database %s: %s"
              .formatted(where, connection.user(), connection.database(), text(error)),
          "GRANT CONNECT on the database to the role",
          error);
    }
    EngineException certificate = certificate(error, where, connection);
    if (certificate != null) {
      return certificate;
    }
    return new EngineException(
        Category.Unreachable,
        "%s does not answer: %s".formatted(where, network(error)),
        "Check host and port in spec.endpoints, that the server runs, and that the network lets the"
            + " control plane through",
        error);
  }

  private static @Nullable EngineException certificate(
      SQLException error, String where, AdminConnection connection) {
    String text = text(error).toLowerCase(Locale.ROOT);
    boolean unsupported = text.contains("does not support ssl");
    // Not "hostname" alone: the driver says that of a refused connection, too.
    boolean name =
        text.contains("could not be verified") || text.contains("server name validation failed");
    @Nullable Throwable cause = cause(error, SSLException.class, GeneralSecurityException.class);
    if (!unsupported && !name && cause == null) {
      return null;
    }
    String reason =
        unsupported
            ? "the server offers no TLS"
            : name
                ? "its certificate is not for this host name"
                : "its certificate does not verify: "
                    + (cause == null ? text(error) : String.valueOf(cause.getMessage()));
    return new EngineException(
        Category.CertificateNotTrusted,
        "%s is not trusted with tls mode %s: %s".formatted(where, connection.tls().mode(), reason),
        unsupported
            ? "Turn TLS on in the server, or choose mode Disable with an insecureReason"
            : "Check that spec.tls.caRef holds the authority that signed the server's certificate,"
                + " and that the certificate names the host",
        error);
  }

  private static String network(SQLException error) {
    Throwable cause =
        cause(
            error,
            UnknownHostException.class,
            ConnectException.class,
            SocketTimeoutException.class,
            NoRouteToHostException.class);
    return switch (cause) {
      case null -> text(error);
      case UnknownHostException ignored -> "the host name is not known";
      case ConnectException ignored -> "the connection was refused";
      case SocketTimeoutException ignored -> "no answer in time";
      default -> text(error);
    };
  }

  /** An error while working. */
  static EngineException working(SQLException error, AdminConnection connection) {
    String state = String.valueOf(error.getSQLState());
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return new EngineException(
          Category.InsufficientRights,
          "role %s lacks a right: %s".formatted(connection.user(), text(error)),
          "Let the role own the tables, or grant it the right, or use an administrator",
          error);
    }
    if (disconnected(error)) {
      return new EngineException(
          Category.Unreachable,
          "the connection to database %s was lost: %s"
              .formatted(connection.database(), text(error)),
          "It is tried again by itself",
          error);
    }
    return new EngineException(
        Category.ServerError,
        "database %s refused a step: %s (SQLSTATE %s)"
            .formatted(connection.database(), text(error), state),
        "It is tried again by itself; the server's log tells more",
        error);
  }

  @SafeVarargs
  private static @Nullable Throwable cause(Throwable error, Class<? extends Throwable>... kinds) {
    for (Throwable each = error.getCause(); each != null; each = each.getCause()) {
      for (Class<? extends Throwable> kind : kinds) {
        if (kind.isInstance(each)) {
          return each;
        }
      }
    }
    return null;
  }
}
