@NullMarked
package dev.sluice.sidecar.session;

import org.jspecify.annotations.NullMarked;
