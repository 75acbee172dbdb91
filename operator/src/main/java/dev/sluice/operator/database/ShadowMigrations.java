package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.SchemaChangeWatch;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.SchemaChange;
import dev.sluice.operator.event.LedgerException;
import dev.sluice.operator.event.LedgerLink;
import dev.sluice.operator.event.OwnChain;
import dev.sluice.policy.event.StatementOutline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes of a schema that did not come through a gate out of the database, and makes events
 * of them.
 */
public final class ShadowMigrations {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowMigrations.class);
  private static final String RULE = "shadow-migration";

  private final LedgerLink ledger;
  private final OwnChain chain;

  /** The last change that the ledger has, by Database: it may still be in the database. */
  private final Map<DatabaseKey, Long> taken = new ConcurrentHashMap<>();

  /** Databases that are known to watch no more, so that they are not asked again. */
  private final Set<DatabaseKey> unwatched = ConcurrentHashMap.newKeySet();

  /**
   * Takes nothing yet.
   *
   * @param ledger where events go
   * @param chain the chain of the operator's own events
   */
  public ShadowMigrations(LedgerLink ledger, OwnChain chain) {
    this.ledger = ledger;
    this.chain = chain;
  }

  /**
   * Has the database watch or not, as the Database says, and takes what it noted.
   *
   * @param database the Database
   * @param engine works in it
   * @return what stands in the way, for a person; empty: nothing
   */
  Optional<String> look(Database database, DatabaseEngine engine) {
    boolean wanted =
        DatabaseSpec.Posture.of(database.getSpec()).schemaChanges() == SchemaChangeWatch.Record;
    DatabaseKey key = DatabaseKey.of(database);
    if (!wanted) {
      if (!unwatched.contains(key)) {
        engine.watchSchemaChanges(false);
        unwatched.add(key);
      }
      return Optional.empty();
    }
    unwatched.remove(key);
    boolean watched = engine.watchSchemaChanges(true);
    if (!watched) {
      return Optional.of(
          "Not watched: changes of the schema beside gates. Only a superuser, or a member of"
              + " rds_superuser, may make an event trigger: give the administrator one of these, or"
              + " set posture.schemaChanges to Ignore.");
    }
    return ledger.ledger() == null
        ? Optional.of(
            "Changes of the schema beside gates are kept in the database, because no ledger is set"
                + " up.")
        : take(key, engine);
  }

  private Optional<String> take(DatabaseKey key, DatabaseEngine engine) {
    List<SchemaChange> changes = engine.schemaChanges();
    long last = taken.getOrDefault(key, 0L);
    List<SchemaChange> fresh = changes.stream().filter(each -> each.id() > last).toList();
    try {
      if (!fresh.isEmpty()) {
        chain.append(fresh.stream().map(each -> happening(key, each)).toList());
        taken.put(key, fresh.getLast().id());
        LOG.info("database={} shadowMigrations={}", key, fresh.size());
      }
    } catch (LedgerException away) {
      return Optional.of(
          "Changes of the schema beside gates wait in the database: " + away.getMessage());
    }
    if (!changes.isEmpty()) {
      engine.forgetSchemaChanges(changes.getLast().id());
    }
    return Optional.empty();
  }

  private static OwnChain.Entry happening(DatabaseKey key, SchemaChange change) {
    return new OwnChain.Entry(
        change.at(),
        key.toString(),
        change.application() == null ? "" : change.application(),
        change.statement() == null ? null : StatementOutline.of(change.statement()).orElse(null),
        change.tag(),
        List.of(change.objects().split(", ", -1)),
        RULE,
        "Role %s%s changed the schema (%s) without a gate"
            .formatted(
                change.role(),
                change.address() == null ? ", on the server itself," : " from " + change.address(),
                change.tag()));
  }
}
