/** What holds for the code of all modules: which way they depend, and how things are named. */
@NullMarked
package dev.sluice.architecture;

import org.jspecify.annotations.NullMarked;
