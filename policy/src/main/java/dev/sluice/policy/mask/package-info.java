/**
 * Masks: which one a column gets when several policies speak of it, and whether it fits the
 * column's type.
 */
@NullMarked
package dev.sluice.policy.mask;

import org.jspecify.annotations.NullMarked;
