@NullMarked
package dev.sluice.sql.postgres;

import org.jspecify.annotations.NullMarked;
