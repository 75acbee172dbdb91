/** One connection's life: from a client's first byte to the last event about it. */
@NullMarked
package dev.sluice.sidecar.session;

import org.jspecify.annotations.NullMarked;
