/** What gates and the control plane say to each other. */
@NullMarked
package dev.sluice.policy.control;

import org.jspecify.annotations.NullMarked;
