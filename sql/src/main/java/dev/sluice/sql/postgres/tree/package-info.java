/**
 * Reads the trees of PostgreSQL's grammar: what a statement does to which relations, and where its
 * text names them.
 */
@NullMarked
package dev.sluice.sql.postgres.tree;

import org.jspecify.annotations.NullMarked;
