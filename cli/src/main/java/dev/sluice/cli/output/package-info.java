/** How results are written. */
@NullMarked
package dev.sluice.cli.output;

import org.jspecify.annotations.NullMarked;
