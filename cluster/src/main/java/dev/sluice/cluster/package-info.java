/**
 * What is known of the cluster where a workload is decided about: watched, and looked up where the
 * watch may be behind. The webhook and the operator's look at what runs know it by the same code.
 */
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
