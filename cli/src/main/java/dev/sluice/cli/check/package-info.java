/** What admission would say of workloads. */
@NullMarked
package dev.sluice.cli.check;

import org.jspecify.annotations.NullMarked;
