/** Rules L: results come in time. */
@NullMarked
package dev.halyard.tck.latency;

import org.jspecify.annotations.NullMarked;
