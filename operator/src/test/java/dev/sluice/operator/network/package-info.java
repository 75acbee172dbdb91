@NullMarked
package dev.sluice.operator.network;

import org.jspecify.annotations.NullMarked;
