@NullMarked
package dev.sluice.sidecar.spool;

import org.jspecify.annotations.NullMarked;
