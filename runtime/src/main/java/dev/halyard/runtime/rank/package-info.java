/** Chooses devices by measurement. */
@NullMarked
package dev.halyard.runtime.rank;

import org.jspecify.annotations.NullMarked;
