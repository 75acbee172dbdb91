/** An ordinary web shop on PostgreSQL, for demonstrations and tests. It knows nothing of Sluice. */
@NullMarked
package dev.sluice.shop;

import org.jspecify.annotations.NullMarked;
