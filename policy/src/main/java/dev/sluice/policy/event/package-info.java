/** The evidence: one record for each thing that happened at a gate. */
@NullMarked
package dev.sluice.policy.event;

import org.jspecify.annotations.NullMarked;
