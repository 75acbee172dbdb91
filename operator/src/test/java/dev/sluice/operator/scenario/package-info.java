/** The control plane as a whole against a real API server and a real PostgreSQL. */
@NullMarked
package dev.sluice.operator.scenario;

import org.jspecify.annotations.NullMarked;
