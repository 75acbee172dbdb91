/** Passwords that are told once, and the verifiers that a server keeps of them. */
@NullMarked
package dev.sluice.operator.credential;

import org.jspecify.annotations.NullMarked;
