@NullMarked
package dev.sluice.resources.condition;

import org.jspecify.annotations.NullMarked;
