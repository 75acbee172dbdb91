/**
 * What columns seem to hold, by their names, comments and types and by what detectors found in some
 * of their values: counts in, proposed classes out. No value is kept.
 */
@NullMarked
package dev.sluice.policy.discovery;

import org.jspecify.annotations.NullMarked;
