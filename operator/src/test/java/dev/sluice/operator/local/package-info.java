@org.jspecify.annotations.NullMarked
package dev.sluice.operator.local;
