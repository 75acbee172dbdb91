/** What a PostgreSQL statement is: text in, facts out; and the same text with other names in it. */
@NullMarked
package dev.sluice.sql.postgres;

import org.jspecify.annotations.NullMarked;
