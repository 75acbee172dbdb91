/** The control plane as a gate sees it: where bundles and credentials come from and events go. */
@NullMarked
package dev.sluice.sidecar.control;

import org.jspecify.annotations.NullMarked;
