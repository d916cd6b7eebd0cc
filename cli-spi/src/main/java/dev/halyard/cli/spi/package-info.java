/** What a plugin implements to add commands to {@code ./halyard}. */
@NullMarked
package dev.halyard.cli.spi;

import org.jspecify.annotations.NullMarked;
