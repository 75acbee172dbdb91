@NullMarked
package dev.sluice.operator.guardrail;

import org.jspecify.annotations.NullMarked;
