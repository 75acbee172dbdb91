/** Database: whether it can be reached, administered, and got around. */
@NullMarked
package dev.sluice.operator.database;

import org.jspecify.annotations.NullMarked;
