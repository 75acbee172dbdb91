package dev.sluice.policy.control;

import io.avaje.jsonb.Json;

/**
 * Why the control plane did not do what it was asked, the body of answers from 400 up ({@code
 * application/problem+json}, RFC 9457).
 *
 * @param title one line
 * @param status the HTTP status
 * @param code the stable code that the reference explains
 * @param detail what was refused, by what
 * @param remedy what to do next
 */
@Json
public record Problem(String title, int status, String code, String detail, String remedy) {}
