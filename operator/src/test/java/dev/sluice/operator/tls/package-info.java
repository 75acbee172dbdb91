@NullMarked
package dev.sluice.operator.tls;

import org.jspecify.annotations.NullMarked;
