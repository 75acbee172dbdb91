@NullMarked
package dev.sluice.sidecar.statement;

import org.jspecify.annotations.NullMarked;
