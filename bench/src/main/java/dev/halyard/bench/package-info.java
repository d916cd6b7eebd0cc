/** Benchmarks: what the runtime costs. */
@NullMarked
package dev.halyard.bench;

import org.jspecify.annotations.NullMarked;
