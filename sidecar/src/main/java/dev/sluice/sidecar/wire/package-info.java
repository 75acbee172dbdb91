/** Connections to clients and servers, and the one thread that relays all of them. */
@NullMarked
package dev.sluice.sidecar.wire;

import org.jspecify.annotations.NullMarked;
