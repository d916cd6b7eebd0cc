/** Finds plugins on the class path, the module path and in the plugins folder, and probes them. */
@NullMarked
package dev.halyard.runtime.discover;

import org.jspecify.annotations.NullMarked;
