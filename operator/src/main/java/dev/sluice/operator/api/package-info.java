/** The API that gates and people call: who asks, what they may have, and the answers. */
@NullMarked
package dev.sluice.operator.api;

import org.jspecify.annotations.NullMarked;
