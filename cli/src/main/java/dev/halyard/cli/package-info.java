/** The commands behind {@code ./halyard}; picocli calls them. */
@NullMarked
package dev.halyard.cli;

import org.jspecify.annotations.NullMarked;
