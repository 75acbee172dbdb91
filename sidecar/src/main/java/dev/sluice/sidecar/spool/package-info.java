/**
 * Evidence on its way: events are chained by hash and written to disk before the client has its
 * answer, and removed when the ledger has them.
 */
@NullMarked
package dev.sluice.sidecar.spool;

import org.jspecify.annotations.NullMarked;
