@NullMarked
package dev.sluice.sidecar.wire;

import org.jspecify.annotations.NullMarked;
