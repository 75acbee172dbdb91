/**
 * What already runs: pods are looked at as admission looks at new ones, what is found is told, and
 * pods are made anew for the sake of their gate where a policy asks for it.
 */
@NullMarked
package dev.sluice.operator.scan;

import org.jspecify.annotations.NullMarked;
