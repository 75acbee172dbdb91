/** Conditions of rules: CEL, taken to the form that gates evaluate. */
@NullMarked
package dev.sluice.resources.condition;

import org.jspecify.annotations.NullMarked;
