package dev.sluice.policy.mask;

/**
 * How one column is masked, and because of whom.
 *
 * @param mask the mask
 * @param policy the MaskingPolicy that asks for it
 * @param reason for a person: which rule, or why it is stricter than any rule asks for
 */
public record MaskPlan(Mask mask, String policy, String reason) {}
