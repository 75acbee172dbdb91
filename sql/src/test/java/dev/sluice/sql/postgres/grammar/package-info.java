@NullMarked
package dev.sluice.sql.postgres.grammar;

import org.jspecify.annotations.NullMarked;
