@NullMarked
package dev.sluice.policy.event;

import org.jspecify.annotations.NullMarked;
