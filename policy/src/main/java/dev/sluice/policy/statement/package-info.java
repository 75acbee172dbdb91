/** What a statement does, and the one decision about it. */
@NullMarked
package dev.sluice.policy.statement;

import org.jspecify.annotations.NullMarked;
