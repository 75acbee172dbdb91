@NullMarked
package dev.sluice.policy.workload;

import org.jspecify.annotations.NullMarked;
