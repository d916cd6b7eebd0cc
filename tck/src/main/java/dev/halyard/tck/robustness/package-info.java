/** Rules R: failure and abuse are survived. */
@NullMarked
package dev.halyard.tck.robustness;

import org.jspecify.annotations.NullMarked;
