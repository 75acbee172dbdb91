@NullMarked
package dev.sluice.policy.discovery;

import org.jspecify.annotations.NullMarked;
