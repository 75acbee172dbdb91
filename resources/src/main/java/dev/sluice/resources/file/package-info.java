/** Files of resources, read and judged as an API server would, without one. */
@NullMarked
package dev.sluice.resources.file;

import org.jspecify.annotations.NullMarked;
