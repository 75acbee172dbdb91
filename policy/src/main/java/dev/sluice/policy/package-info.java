/** The decisions: pure data and pure functions, no I/O. */
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;
