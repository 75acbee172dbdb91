package dev.sluice.sidecar.session;

/** When a session that is to end does so, from the latest to the soonest. */
enum Moment {
  /** Outside a transaction. */
  AFTER_TRANSACTION,
  /** When nothing runs, though a transaction be open. */
  AFTER_STATEMENT,
  /** With what runs. */
  NOW
}
