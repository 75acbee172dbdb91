package dev.sluice.policy.workload;

import java.util.List;
import java.util.Set;

/** What is known of the pods behind Services. */
public interface PodAddresses {
  /** The IP addresses behind a Service. */
  List<String> addresses(ObjectName service);

  /** The ports at which the pods behind a port of a Service are reached. */
  Set<Integer> ports(ObjectName service, String portName);
}
