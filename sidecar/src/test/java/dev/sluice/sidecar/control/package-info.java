@NullMarked
package dev.sluice.sidecar.control;

import org.jspecify.annotations.NullMarked;
