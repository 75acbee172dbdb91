/**
 * The control plane's own certificate authority: the certificates of the control API and of
 * admission, their rotation, and how those who must trust them learn of it.
 */
@NullMarked
package dev.sluice.operator.tls;

import org.jspecify.annotations.NullMarked;
