/** What the columns of a Database hold: suggestions, and what people say. */
@NullMarked
package dev.sluice.cli.classify;

import org.jspecify.annotations.NullMarked;
