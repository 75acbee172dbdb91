/** Admission: answers the API server about pods and the templates that make them. */
@NullMarked
package dev.sluice.webhook;

import org.jspecify.annotations.NullMarked;
