package dev.sluice.policy.event;

import static dev.sluice.policy.event.CanonicalText.name;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members that are the same in many events, in their canonical form. Whoever knows that many events
 * will have them makes them once, so that writing an event copies bytes.
 */
public sealed interface EventMembers {

  /** Who the events of a gate are about: what stands in {@link Event} under the same names. */
  final class Witness implements EventMembers {
    private static final byte[] NAMESPACE = name("namespace");
    private static final byte[] POD = name("pod");
    private static final byte[] POD_UID = name("podUid");
    private static final byte[] SERVICE_ACCOUNT = name("serviceAccount");

    final byte[] namespace;
    final byte[] pod;
    final byte[] serviceAccount;

    /** Each null is left out. */
    public Witness(
        @Nullable String namespace,
        @Nullable String serviceAccount,
        @Nullable String pod,
        @Nullable String podUid) {
      CanonicalText text = new CanonicalText(256);
      text.member(NAMESPACE, namespace);
      this.namespace = taken(text);
      text.member(POD, pod);
      text.member(POD_UID, podUid);
      this.pod = taken(text);
      text.member(SERVICE_ACCOUNT, serviceAccount);
      this.serviceAccount = taken(text);
    }
  }

  /** The grant and the session: what stands in {@link Event} under the same names. */
  final class Subject implements EventMembers {
    private static final byte[] ACCESS = name("access");
    private static final byte[] APPLICATION = name("application");
    private static final byte[] DATABASE = name("database");
    private static final byte[] PURPOSE = name("purpose");
    private static final byte[] SERVER_PROCESS = name("serverProcess");
    private static final byte[] SESSION = name("session");

    final byte[] access;
    final byte[] database;
    final byte[] purpose;
    final byte[] serverProcess;
    final byte[] session;

    /** Each null is left out. */
    public Subject(
        @Nullable String access,
        @Nullable String database,
        @Nullable String purpose,
        @Nullable String session,
        int serverProcess,
        @Nullable String application) {
      CanonicalText text = new CanonicalText(256);
      text.member(ACCESS, access);
      text.member(APPLICATION, application);
      this.access = taken(text);
      text.member(DATABASE, database);
      this.database = taken(text);
      text.member(PURPOSE, purpose);
      this.purpose = taken(text);
      text.member(SERVER_PROCESS, serverProcess);
      this.serverProcess = taken(text);
      text.member(SESSION, session);
      this.session = taken(text);
    }
  }

  /** A statement, whenever it runs: what stands in {@link Event} under the same names. */
  final class Statement implements EventMembers {
    private static final byte[] COLUMNS_READ = name("columnsRead");
    private static final byte[] COLUMNS_WRITTEN = name("columnsWritten");
    private static final byte[] FINGERPRINT = name("fingerprint");
    private static final byte[] KIND = name("kind");
    private static final byte[] MASKED_COLUMNS = name("maskedColumns");
    private static final byte[] RELATIONS = name("relations");
    private static final byte[] STATEMENT = name("statement");

    /** Of an event that is not of a statement. */
    public static final Statement NONE =
        new Statement(null, null, null, List.of(), List.of(), null, null);

    final byte[] columns;
    final byte[] fingerprint;
    final byte[] kind;
    final byte[] maskedColumns;
    final byte[] relations;
    final byte[] statement;

    /** Each null is left out, and so are columns that are an empty list. */
    public Statement(
        @Nullable String statement,
        @Nullable String fingerprint,
        @Nullable String kind,
        List<String> relations,
        List<String> maskedColumns,
        @Nullable List<String> columnsRead,
        @Nullable List<String> columnsWritten) {
      CanonicalText text = new CanonicalText(512);
      if (columnsRead != null && !columnsRead.isEmpty()) {
        text.member(COLUMNS_READ, columnsRead);
      }
      if (columnsWritten != null && !columnsWritten.isEmpty()) {
        text.member(COLUMNS_WRITTEN, columnsWritten);
      }
      this.columns = taken(text);
      text.member(FINGERPRINT, fingerprint);
      this.fingerprint = taken(text);
      text.member(KIND, kind);
      this.kind = taken(text);
      text.member(MASKED_COLUMNS, maskedColumns);
      this.maskedColumns = taken(text);
      text.member(RELATIONS, relations);
      this.relations = taken(text);
      text.member(STATEMENT, statement);
      this.statement = taken(text);
    }
  }

  private static byte[] taken(CanonicalText text) {
    byte[] written = text.copy();
    text.cut(0);
    return written;
  }
}
