/**
 * The promises to people, one class each, tried on a cluster where the product is installed and the
 * demo's database runs.
 */
@NullMarked
package dev.sluice.stories;

import org.jspecify.annotations.NullMarked;
