@NullMarked
package dev.sluice.sidecar.postgres;

import org.jspecify.annotations.NullMarked;
