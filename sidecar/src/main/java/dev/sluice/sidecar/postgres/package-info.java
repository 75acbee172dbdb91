/**
 * PostgreSQL's frontend/backend protocol, version 3: messages, the start of a session on both
 * sides, and logging in to a server. The form of each message is that of the chapter
 * "Frontend/Backend Protocol" of PostgreSQL's documentation.
 */
@NullMarked
package dev.sluice.sidecar.postgres;

import org.jspecify.annotations.NullMarked;
