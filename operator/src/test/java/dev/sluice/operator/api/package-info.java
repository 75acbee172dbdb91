@NullMarked
package dev.sluice.operator.api;

import org.jspecify.annotations.NullMarked;
