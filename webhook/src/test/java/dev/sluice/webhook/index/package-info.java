@NullMarked
package dev.sluice.webhook.index;

import org.jspecify.annotations.NullMarked;
