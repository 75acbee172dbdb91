@NullMarked
package dev.sluice.operator.scan;

import org.jspecify.annotations.NullMarked;
