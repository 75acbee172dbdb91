@NullMarked
package dev.sluice.sidecar.detect;

import org.jspecify.annotations.NullMarked;
