/** The wall around a database that runs in the cluster: only gated pods reach it. */
@NullMarked
package dev.sluice.operator.network;

import org.jspecify.annotations.NullMarked;
