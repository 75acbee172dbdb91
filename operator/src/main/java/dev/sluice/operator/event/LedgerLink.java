package dev.sluice.operator.event;

import io.agroal.api.AgroalDataSource;
import org.jspecify.annotations.Nullable;

/** The ledger, where one is set up. */
public final class LedgerLink implements AutoCloseable {
  private final @Nullable AgroalDataSource connections;
  private final @Nullable Ledger ledger;

  /**
   * A link.
   *
   * @param connections to the ledger's database; null: none is set up
   */
  public LedgerLink(@Nullable AgroalDataSource connections) {
    this.connections = connections;
    this.ledger = connections == null ? null : new Ledger(connections);
  }

  /** The ledger; null: none is set up. */
  public @Nullable Ledger ledger() {
    return ledger;
  }

  @Override
  public void close() {
    if (connections != null) {
      connections.close();
    }
  }
}
