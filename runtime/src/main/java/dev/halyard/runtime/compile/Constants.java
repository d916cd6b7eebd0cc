package dev.halyard.runtime.compile;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.Optional;
import java.util.function.DoublePredicate;

/** What is known of values that do not depend on an input. */
final class Constants {
  /** Beyond this many elements it is not worth looking whether all are equal. */
  private static final long LOOKED_AT = 4096;

  private Constants() {}

  /** {@return the value that broadcasts repeat to give this one; itself if none does} */
  static Value unspread(Value value) {
    return Kinds.producer(value)
        .filter(Kinds::isBroadcast)
        .map(node -> unspread(node.inputs().getFirst()))
        .orElse(value);
  }

  /** {@return the tensor of a constant, or of the constant that broadcasts repeat} */
  static Optional<Tensor> tensor(Value value) {
    return unspread(value).constantTensor();
  }

  /** {@return whether every element is known and satisfies a condition; not for I64 beyond 2^53} */
  static boolean all(Value value, DoublePredicate condition) {
    return tensor(value)
        .filter(tensor -> tensor.elements() > 0 && tensor.elements() <= LOOKED_AT)
        .filter(tensor -> all(tensor, condition))
        .isPresent();
  }

  private static boolean all(Tensor tensor, DoublePredicate condition) {
    for (long i = 0; i < tensor.elements(); i++) {
      if (!condition.test(tensor.getDouble(i))) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether every element is a number rounded to the value's dtype, with its sign} */
  static boolean isAll(Value value, double number) {
    double rounded = rounded(value.dtype(), number);
    return all(value, element -> Double.compare(element, rounded) == 0);
  }

  private static double rounded(DType dtype, double number) {
    return Tensor.scalar(dtype, number).getDouble(0);
  }

  /** {@return the only element of a constant scalar, or of what broadcasts repeat} */
  static Optional<Double> scalar(Value value) {
    return tensor(value)
        .filter(tensor -> tensor.elements() == 1)
        .map(tensor -> tensor.getDouble(0));
  }

  /** {@return whether a shape is another one but for extents of 1 before it} */
  static boolean isInnermost(Shape inner, Shape shape) {
    int added = shape.rank() - inner.rank();
    return added >= 0
        && shape.dims().subList(0, added).stream().allMatch(dim -> dim.is(1))
        && shape.dims().subList(added, shape.rank()).equals(inner.dims());
  }
}
