/**
 * The commands behind {@code ./halyard}, one class each; picocli calls them. Results go to the
 * command's writer for output, everything else to the one for errors.
 */
@NullMarked
package dev.halyard.cli;

import org.jspecify.annotations.NullMarked;
