/** The shop on a real PostgreSQL. */
@NullMarked
package dev.sluice.shop;

import org.jspecify.annotations.NullMarked;
