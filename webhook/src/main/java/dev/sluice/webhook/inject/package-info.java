/** Puts the gate into pods that ask for it: a pod in, a pod out. */
@NullMarked
package dev.sluice.webhook.inject;

import org.jspecify.annotations.NullMarked;
