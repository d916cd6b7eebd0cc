/**
 * The meaning of every operation, written to be read and not to be fast: the interpreter that
 * devices are compared with.
 */
@NullMarked
package dev.halyard.runtime.reference;

import org.jspecify.annotations.NullMarked;
