@NullMarked
package dev.sluice.policy.statement;

import org.jspecify.annotations.NullMarked;
