/** {@code kubectl sluice}. */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
