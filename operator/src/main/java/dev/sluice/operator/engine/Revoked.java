package dev.sluice.operator.engine;

/**
 * How far taking an access back has come.
 *
 * @param complete whether nothing is left of it
 * @param runningStatements statements that are still waited for; nothing new can begin
 */
public record Revoked(boolean complete, int runningStatements) {}
