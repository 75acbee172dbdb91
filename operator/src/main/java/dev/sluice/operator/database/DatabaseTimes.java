package dev.sluice.operator.database;

import java.time.Duration;

/**
 * How often what is done.
 *
 * @param check between two looks at a database that is as it should be
 * @param retry between two looks at the Secret and the authority that a Database names, and between
 *     two tries at what failed
 * @param grace how long a deletion waits for a database that cannot be reached, or for statements
 *     that run
 */
public record DatabaseTimes(Duration check, Duration retry, Duration grace) {}
