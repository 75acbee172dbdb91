@NullMarked
package dev.sluice.operator;

import org.jspecify.annotations.NullMarked;
