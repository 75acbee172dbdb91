/**
 * Conditions of rules, after their CEL was compiled and checked elsewhere: a small form of
 * expressions, its JSON, and its evaluation.
 */
@NullMarked
package dev.sluice.policy.expression;

import org.jspecify.annotations.NullMarked;
