/** The control plane of Sluice. */
@NullMarked
package dev.sluice.operator;

import org.jspecify.annotations.NullMarked;
