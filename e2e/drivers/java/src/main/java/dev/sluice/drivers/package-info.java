/** Ordinary programs of real drivers, which print all that an application can see. */
@org.jspecify.annotations.NullMarked
package dev.sluice.drivers;
