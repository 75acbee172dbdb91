/** What was found, as reports that other tools read. */
@NullMarked
package dev.sluice.operator.report;

import org.jspecify.annotations.NullMarked;
