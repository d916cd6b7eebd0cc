/**
 * Shared with the runtime and nobody else: the vocabulary, type inference, bodies of composites,
 * arenas.
 */
@NullMarked
package dev.halyard.internal;

import org.jspecify.annotations.NullMarked;
