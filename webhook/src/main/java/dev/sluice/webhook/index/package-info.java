/** What the webhook knows of the cluster: watched, and looked up where the watch may be behind. */
@NullMarked
package dev.sluice.webhook.index;

import org.jspecify.annotations.NullMarked;
