/** Resources that others choose by their labels. */
@NullMarked
package dev.sluice.operator.selection;

import org.jspecify.annotations.NullMarked;
