/** The runtime behind {@code dev.halyard}: one package per stage of a graph's way. */
@NullMarked
package dev.halyard.runtime;

import org.jspecify.annotations.NullMarked;
