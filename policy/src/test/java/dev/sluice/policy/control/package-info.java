@NullMarked
package dev.sluice.policy.control;

import org.jspecify.annotations.NullMarked;
