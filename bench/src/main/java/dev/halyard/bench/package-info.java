/** Benchmarks: Halyard beside its peers, and what the runtime costs. */
@NullMarked
package dev.halyard.bench;

import org.jspecify.annotations.NullMarked;
