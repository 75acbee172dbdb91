/** EnforcementPolicy: whether it can be used, and for how many namespaces it is. */
@NullMarked
package dev.sluice.operator.enforcement;

import org.jspecify.annotations.NullMarked;
