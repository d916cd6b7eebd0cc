/**
 * What a vendor calls: the command line, and abstract classes to run the kit in a build of one's
 * own.
 */
@NullMarked
package dev.halyard.tck;

import org.jspecify.annotations.NullMarked;
