@NullMarked
package dev.sluice.webhook.inject;

import org.jspecify.annotations.NullMarked;
