/** What the webhook knows of the cluster, put together for it. */
@NullMarked
package dev.sluice.webhook.index;

import org.jspecify.annotations.NullMarked;
