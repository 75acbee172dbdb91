package dev.sluice.operator.tls;

/**
 * What is in force.
 *
 * @param api the certificate with which the control API answers
 * @param trusted all authorities that are trusted, PEM
 */
public record TlsMaterial(Identity api, String trusted) {}
