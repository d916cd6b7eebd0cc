/** The reference interpreter as a plugin. */
@NullMarked
package dev.halyard.tck.reference;

import org.jspecify.annotations.NullMarked;
