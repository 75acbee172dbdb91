/** Kubernetes Events: what a person who looks at a resource should read beside its conditions. */
@NullMarked
package dev.sluice.operator.notice;

import org.jspecify.annotations.NullMarked;
