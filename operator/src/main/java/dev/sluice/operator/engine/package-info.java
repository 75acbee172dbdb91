/**
 * What the control plane does inside a database, behind one interface; one package for each kind of
 * server.
 */
@NullMarked
package dev.sluice.operator.engine;

import org.jspecify.annotations.NullMarked;
