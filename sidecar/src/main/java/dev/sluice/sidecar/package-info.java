/** The gate: one process beside an application, a port for each grant. */
@NullMarked
package dev.sluice.sidecar;

import org.jspecify.annotations.NullMarked;
