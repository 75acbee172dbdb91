/**
 * PostgreSQL's own grammar: a native library, the threads that it runs on, its trees and its
 * tokens.
 */
@NullMarked
package dev.sluice.sql.postgres.grammar;

import org.jspecify.annotations.NullMarked;
