/** Tests of masks. */
@NullMarked
package dev.sluice.policy.mask;

import org.jspecify.annotations.NullMarked;
