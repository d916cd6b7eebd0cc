/** Plugins with one fault each: the kit must find every one. */
@NullMarked
package dev.halyard.tck.mutants;

import org.jspecify.annotations.NullMarked;
