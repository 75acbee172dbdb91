/** The ledger: where evidence is kept, searched, and checked for gaps. */
@NullMarked
package dev.sluice.operator.event;

import org.jspecify.annotations.NullMarked;
