package dev.sluice.operator.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The addresses of hosts. One that a name server has left out is remembered for an hour, because
 * others may still have it; all are, while the name server does not answer.
 */
final class HostAddresses {
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final NameServer names;
  private final Clock clock;
  private final Map<String, Map<String, Instant>> known = new HashMap<>();

  HostAddresses(NameServer names, Clock clock) {
    this.names = names;
    this.clock = clock;
  }

  /** Who knows the addresses of a name. */
  @FunctionalInterface
  interface NameServer {
    /** The addresses of a host, which may be an address itself. */
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  /** The addresses of a host; empty: none is known, now or before. */
  Set<String> of(String host) {
    Map<String, Instant> its = known.computeIfAbsent(host, key -> new HashMap<>());
    Instant now = clock.instant();
    try {
      for (InetAddress address : names.addresses(host)) {
        if (!address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
          its.put(address.getHostAddress(), now);
        }
      }
      its.values().removeIf(seen -> seen.plus(REMEMBERED).isBefore(now));
    } catch (UnknownHostException away) {
      // What was known holds on: to open it would be worse than to keep an old one closed.
    }
    return new TreeSet<>(its.keySet());
  }

  /** Forgets hosts that nobody asks for any more. */
  void keepOnly(Set<String> hosts) {
    known.keySet().retainAll(hosts);
  }
}
