/** Reads what is submitted and says what becomes of it. */
@NullMarked
package dev.sluice.webhook.review;

import org.jspecify.annotations.NullMarked;
