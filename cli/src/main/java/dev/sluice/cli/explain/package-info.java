/** What a statement does, and what a gate would decide about it. */
@NullMarked
package dev.sluice.cli.explain;

import org.jspecify.annotations.NullMarked;
