/** Class loaders for plugins that are kept apart from the application. */
@NullMarked
package dev.halyard.runtime.load;

import org.jspecify.annotations.NullMarked;
