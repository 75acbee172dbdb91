@NullMarked
package dev.sluice.resources.file;

import org.jspecify.annotations.NullMarked;
