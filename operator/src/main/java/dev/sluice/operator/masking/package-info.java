/** MaskingPolicy: what is wrong with it in view of the databases that it is for. */
@NullMarked
package dev.sluice.operator.masking;

import org.jspecify.annotations.NullMarked;
