package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.DiscoveryMode;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.crds.Durations;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Examination;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.PendingClassification;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into the columns of a Database as it asks for. */
public final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final Discoveries discoveries;

  /**
   * Discovery.
   *
   * @param discoveries takes what is found
   */
  public Discovery(Discoveries discoveries) {
    this.discoveries = discoveries;
  }

  /**
   * What is pending in a Database.
   *
   * @param mode what becomes of it
   * @param pending on what somebody has yet to decide; null: that could not be found out
   * @param problems what could not be looked into, a sentence each
   * @param complete whether nothing is left that was to be looked into now
   * @param catalogue what the database holds; null: that could not be found out
   */
  public record State(
      DiscoveryMode mode,
      @Nullable PendingClassification pending,
      List<String> problems,
      boolean complete,
      @Nullable Catalogue catalogue) {
    /** An immutable copy. */
    public State {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Looks, or stops looking.
   *
   * @param database the Database
   * @param engine works in it
   * @return what is pending; null: nothing is looked for
   * @throws EngineException where the database does not answer; whatever else goes wrong stands in
   *     the way of nothing
   */
  public @Nullable State look(Database database, DatabaseEngine engine) {
    DatabaseKey key = DatabaseKey.of(database);
    DatabaseSpec.Discovery wanted = DatabaseSpec.Discovery.of(database.getSpec());
    if (wanted.mode() == DiscoveryMode.Off) {
      discoveries.forget(key);
      if (wasOn(database.getStatus())) {
        engine.stopExamining();
      }
      return null;
    }
    try {
      return look(database, key, wanted, engine);
    } catch (EngineException failure) {
      if (failure.category() == EngineException.Category.Unreachable) {
        throw failure;
      }
      LOG.warn("database={} could not be looked into: {}", key, failure.getMessage());
      return new State(wanted.mode(), null, List.of(failure.sentence()), true, null);
    }
  }

  private State look(
      Database database, DatabaseKey key, DatabaseSpec.Discovery wanted, DatabaseEngine engine) {
    DatabaseSpec spec = database.getSpec();
    var identity = DatabaseKey.identity(database);
    var ceiling = Objects.requireNonNull(spec.ceiling());
    Examination found =
        engine.examine(
            new Examination.Request(
                Objects.requireNonNull(ceiling.schemas()),
                Durations.parse(Objects.requireNonNull(wanted.interval())),
                catalogue -> PendingClassification.open(identity, spec, catalogue)));
    PendingClassification pending =
        PendingClassification.of(identity, spec, found.catalogue(), found.columns());
    discoveries.publish(key, pending, found.watched());
    return new State(wanted.mode(), pending, found.problems(), found.complete(), found.catalogue());
  }

  /** A status that says how many suggestions there are was made when something was looked for. */
  private static boolean wasOn(@Nullable DatabaseStatus status) {
    return status != null && status.suggestionsTotal() != null;
  }

  /**
   * Whether a database notes changes of its schema.
   *
   * @param database the Database
   */
  public boolean isWatched(DatabaseKey database) {
    return discoveries.isWatched(database);
  }

  /**
   * Forgets a Database that is gone.
   *
   * @param database the Database
   */
  public void forget(DatabaseKey database) {
    discoveries.forget(database);
  }
}
