/** What is found of columns that nobody has classified, for those who decide. */
@NullMarked
package dev.sluice.operator.discovery;

import org.jspecify.annotations.NullMarked;
