/**
 * From resources to a plan: what a DatabaseAccess may do, which of its columns are masked how, and
 * which problem stands in the way. Pure: what the database looks like comes in as a {@link
 * dev.sluice.policy.plan.Catalogue}, the time as an instant.
 */
@NullMarked
package dev.sluice.policy.plan;

import org.jspecify.annotations.NullMarked;
