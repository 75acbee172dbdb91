@NullMarked
package dev.sluice.webhook.review;

import org.jspecify.annotations.NullMarked;
