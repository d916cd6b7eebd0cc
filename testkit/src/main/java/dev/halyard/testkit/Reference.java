package dev.halyard.testkit;

import dev.halyard.Dims;
import dev.halyard.Tensor;
import dev.halyard.spi.NodeView;
import java.util.List;

/**
 * Evaluates one node in double precision: {@code new Interpreter(Rounding.NONE)::evaluate} of
 * dev.halyard.runtime.reference.
 */
@FunctionalInterface
public interface Reference {
  /**
   * {@return the results, those of a float type as F64 tensors without rounding}
   *
   * @param node a primitive
   * @param operands its operands, those of a float type as F64 tensors
   * @param dims a value for every symbol
   */
  List<Tensor> evaluate(NodeView node, List<Tensor> operands, Dims dims);
}
