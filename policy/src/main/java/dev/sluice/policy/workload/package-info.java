/**
 * What admission, the background scan and the command line decide about a workload: whether it goes
 * around the gate of a governed database, whether it leaves the gate alone, and whether it may ask
 * for the accesses that it asks for. Pure functions over values; who calls them has read the
 * cluster before.
 */
@NullMarked
package dev.sluice.policy.workload;

import org.jspecify.annotations.NullMarked;
