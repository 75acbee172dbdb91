@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;
