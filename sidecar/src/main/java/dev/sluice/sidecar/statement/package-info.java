/** Texts of statements under the terms of a grant: what becomes of them, remembered by text. */
@NullMarked
package dev.sluice.sidecar.statement;

import org.jspecify.annotations.NullMarked;
