package dev.halyard.runtime.execute;

import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;

/**
 * A kernel for one choice of dimensions.
 *
 * @param dims the values of the graph's symbols
 * @param compiled what runs; for all dimensions, or for these alone
 */
record Specialization(Dims dims, Compiled compiled) {
  Graph graph() {
    return compiled.lowered().graph();
  }

  /** {@return the size of a value in bytes} */
  long bytes(Value value) {
    return Math.multiplyExact(
        Shape.elements(value.shape().resolve(dims).toArray()), (long) value.dtype().bytes());
  }

  /** {@return the values of a partition's symbols, in its order} */
  long[] dimsOf(Compiled.Part part) {
    return part.partition().symbols().stream().mapToLong(dims::get).toArray();
  }
}
