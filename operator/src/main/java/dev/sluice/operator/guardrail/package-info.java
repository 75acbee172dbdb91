/** GuardrailPolicy: whether it can be used, and for how many databases it is. */
@NullMarked
package dev.sluice.operator.guardrail;

import org.jspecify.annotations.NullMarked;
