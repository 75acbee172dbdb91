package dev.sluice.policy.workload;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What texts are searched for, remembered for as long as the same databases are asked for: pods
 * come by the hundred, and databases change seldom.
 *
 * @param book the addresses
 * @param splitHosts the same in two variables
 * @param nodePorts ports of nodes that lead there
 */
record AddressBooks(AddressBook book, SplitHosts splitHosts, NodePorts nodePorts) {
  private static final int MOST = 64;

  private static final Map<Asked, AddressBooks> MADE =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, AddressBooks> eldest) {
          return size() > MOST;
        }
      };

  /** All that they depend on. */
  private record Asked(
      List<GovernedDatabase> databases,
      String namespace,
      List<String> searches,
      String clusterDomain) {}

  /**
   * For the pods of a namespace.
   *
   * @param databases the databases that are looked for
   * @param namespace the namespace of the pods
   * @param searches further domains that the pods' resolver tries
   * @param clusterDomain the cluster's DNS domain
   */
  static AddressBooks of(
      List<GovernedDatabase> databases,
      String namespace,
      List<String> searches,
      String clusterDomain) {
    Asked asked =
        new Asked(List.copyOf(databases), namespace, List.copyOf(searches), clusterDomain);
    synchronized (MADE) {
      AddressBooks made = MADE.get(asked);
      if (made != null) {
        return made;
      }
    }
    AddressBooks books =
        new AddressBooks(
            new AddressBook(asked.databases, namespace, asked.searches, clusterDomain),
            new SplitHosts(asked.databases, clusterDomain),
            new NodePorts(asked.databases));
    synchronized (MADE) {
      MADE.put(asked, books);
    }
    return books;
  }
}
