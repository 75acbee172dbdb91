package dev.sluice.operator.engine;

/** Gives the engine for a kind of server. */
@FunctionalInterface
public interface EngineFactory {
  /**
   * The engine for one database. Connects to nothing yet.
   *
   * @param kind the kind of server
   * @param connection how to reach it
   * @return the engine
   */
  DatabaseEngine engine(dev.sluice.crds.DatabaseSpec.Engine kind, AdminConnection connection);
}
