/**
 * Trying resources without a cluster: files are validated by the CRDs' own rules, planned and
 * applied to a real database with the operator's own code, and a real gate is run on a port of this
 * machine.
 */
@NullMarked
package dev.sluice.operator.local;

import org.jspecify.annotations.NullMarked;
