/** The shop's data: made by a seeded generator, so that every run has the same rows. */
@NullMarked
package dev.sluice.shop.data;

import org.jspecify.annotations.NullMarked;
