@org.jspecify.annotations.NullMarked
package dev.sluice.operator.engine.postgresql;
