/**
 * What a worker process of a benchmark runs: one case, by one implementation.
 *
 * <p>{@link dev.halyard.bench.side.Worker} says what the processes tell each other.
 */
@NullMarked
package dev.halyard.bench.side;

import org.jspecify.annotations.NullMarked;
