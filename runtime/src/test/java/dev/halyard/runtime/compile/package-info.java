@NullMarked
package dev.halyard.runtime.compile;

import org.jspecify.annotations.NullMarked;
