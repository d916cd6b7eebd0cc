/**
 * From a graph to what devices run: {@link dev.halyard.runtime.compile.Lowering} calls the passes,
 * each a function from a graph to a graph in a file of its own, then claims, regions, partitions.
 */
@NullMarked
package dev.halyard.runtime.compile;

import org.jspecify.annotations.NullMarked;
