/**
 * What personal data and secrets look like in a text of which no column tells what it holds: bytes
 * in, places out. In linear time, without a library, and nearly free for ordinary text.
 */
@NullMarked
package dev.sluice.policy.detect;

import org.jspecify.annotations.NullMarked;
