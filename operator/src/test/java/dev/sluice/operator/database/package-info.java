@NullMarked
package dev.sluice.operator.database;

import org.jspecify.annotations.NullMarked;
