/**
 * Looks into what a server sends for what a grant's bundle has looked for: which columns, which
 * bytes of a message are texts, and what becomes of them. Knows no session.
 */
@NullMarked
package dev.sluice.sidecar.detect;

import org.jspecify.annotations.NullMarked;
