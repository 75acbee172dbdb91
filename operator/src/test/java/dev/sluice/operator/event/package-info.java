@NullMarked
package dev.sluice.operator.event;

import org.jspecify.annotations.NullMarked;
