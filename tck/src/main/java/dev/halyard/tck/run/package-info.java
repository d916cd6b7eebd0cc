/** Runs the areas in processes of their own, under a watchdog. */
@NullMarked
package dev.halyard.tck.run;

import org.jspecify.annotations.NullMarked;
