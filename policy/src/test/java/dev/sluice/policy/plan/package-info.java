@NullMarked
package dev.sluice.policy.plan;

import org.jspecify.annotations.NullMarked;
