package dev.sluice.sql.postgres.grammar;

/**
 * What the grammar said of a text that it did not accept.
 *
 * @param message PostgreSQL's own words, such as {@code syntax error at or near "FORM"}
 * @param position the character of the text that it points at, from 1, in Unicode code points as a
 *     server counts them; 0: nowhere in particular
 */
public record Refusal(String message, int position) {}
