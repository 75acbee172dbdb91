/** Conditions by the kstatus convention, as every status factory writes them. */
@NullMarked
package dev.sluice.operator.condition;

import org.jspecify.annotations.NullMarked;
