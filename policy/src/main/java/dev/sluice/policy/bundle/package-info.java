/** What a gate needs for one grant, compiled by the operator to one versioned document. */
@NullMarked
package dev.sluice.policy.bundle;

import org.jspecify.annotations.NullMarked;
