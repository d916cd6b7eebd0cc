/** Kernels, invocations and completions: everything that runs. */
@NullMarked
package dev.halyard.runtime.execute;

import org.jspecify.annotations.NullMarked;
