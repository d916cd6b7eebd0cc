/** Rules N: results are right. */
@NullMarked
package dev.halyard.tck.numerical;

import org.jspecify.annotations.NullMarked;
