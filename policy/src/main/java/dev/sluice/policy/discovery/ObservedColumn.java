package dev.sluice.policy.discovery;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table as it was found.
 *
 * @param relation the table
 * @param column the column's name
 * @param type its type
 * @param comment what somebody wrote about it in the database; may be empty
 * @param sample what was found in its values; null: nobody has looked yet
 */
public record ObservedColumn(
    RelationName relation,
    String column,
    ColumnType type,
    String comment,
    @Nullable Sample sample) {}
