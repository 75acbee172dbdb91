/** From a plan to the bundle that gates obey. */
@NullMarked
package dev.sluice.operator.bundle;

import org.jspecify.annotations.NullMarked;
