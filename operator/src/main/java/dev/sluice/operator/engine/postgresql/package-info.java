/**
 * PostgreSQL from version 14: a group role for each access, masked views in a schema of its name,
 * login roles for pods.
 */
@NullMarked
package dev.sluice.operator.engine.postgresql;

import org.jspecify.annotations.NullMarked;
