/** Peers that are out to break a gate, with chance on their side; see {@code make fuzz}. */
@org.jspecify.annotations.NullMarked
package dev.sluice.sidecar.fuzz;
