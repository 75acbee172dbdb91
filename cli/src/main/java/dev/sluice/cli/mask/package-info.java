/** Which columns of an access are masked, and why. */
@NullMarked
package dev.sluice.cli.mask;

import org.jspecify.annotations.NullMarked;
