/** What a check is: its rule, the device it looks at, its verdict and what it records. */
@NullMarked
package dev.halyard.tck.check;

import org.jspecify.annotations.NullMarked;
