package dev.sluice.sidecar.wire;

import java.net.InetSocketAddress;

/**
 * Both ends of a TCP connection, by which the system's tables tell it from all others.
 *
 * @param here this side
 * @param there the peer
 */
public record Ends(InetSocketAddress here, InetSocketAddress there) {}
