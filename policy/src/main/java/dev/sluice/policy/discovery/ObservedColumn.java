package dev.sluice.policy.discovery;

import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table as it was found.
 *
 * @param name table and column
 * @param type its type
 * @param comment what somebody wrote about it in the database; may be empty
 * @param sample what was found in its values; null: nobody has looked yet
 */
public record ObservedColumn(
    ColumnName name, ColumnType type, String comment, @Nullable Sample sample) {}
