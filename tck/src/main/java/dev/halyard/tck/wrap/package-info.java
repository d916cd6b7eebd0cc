/** A plugin in front of another. */
@NullMarked
package dev.halyard.tck.wrap;

import org.jspecify.annotations.NullMarked;
