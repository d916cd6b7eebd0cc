@NullMarked
package dev.halyard.cpu;

import org.jspecify.annotations.NullMarked;
