/** DatabaseAccess: from a resource to roles, views and a bundle, and back. */
@NullMarked
package dev.sluice.operator.access;

import org.jspecify.annotations.NullMarked;
