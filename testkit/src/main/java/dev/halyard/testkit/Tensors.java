package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Small arithmetic on F64 tensors, and the parts of enclosures. */
final class Tensors {
  private Tensors() {}

  static Tensor of(MemorySegment bytes, DType dtype, long... shape) {
    return TensorArena.ofAuto().allocate(dtype, shape).copyFrom(bytes);
  }

  static Tensor like(Tensor other) {
    return TensorArena.ofAuto().allocate(other.dtype(), other.shape());
  }

  static Tensor filled(double value, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(DType.F64, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, value);
    }
    return tensor;
  }

  static Tensor map(Tensor x, DoubleUnaryOperator function) {
    Tensor out = like(x);
    for (long i = 0; i < x.elements(); i++) {
      out.setDouble(i, function.applyAsDouble(x.getDouble(i)));
    }
    return out;
  }

  static Tensor zip(Tensor x, Tensor y, DoubleBinaryOperator function) {
    Tensor out = like(x);
    for (long i = 0; i < x.elements(); i++) {
      out.setDouble(i, function.applyAsDouble(x.getDouble(i), y.getDouble(i)));
    }
    return out;
  }

  static Tensor complement(Tensor mask) {
    return map(mask, mark -> 1 - mark);
  }

  /** Copies one element between tensors of one type. */
  static void copy(Tensor from, Tensor to, long index) {
    if (from.dtype().isFloat()) {
      to.setDouble(index, from.getDouble(index));
    } else {
      to.setLong(index, from.getLong(index));
    }
  }

  /** {@return whether an element is finite and not loose} */
  private static boolean isUsable(Enclosure x, long i) {
    return !x.isLoose(i) && Double.isFinite(x.low(i)) && Double.isFinite(x.high(i));
  }

  private static boolean isFixed(Enclosure x, long i) {
    return x.low == x.high || x.low(i) == x.high(i) || Double.isNaN(x.low(i));
  }

  private static double centre(Enclosure x, long i) {
    return x.low(i) + (x.high(i) - x.low(i)) / 2;
  }

  /** {@return the middles of intervals; what is known to be NaN or infinite as it is} */
  static Tensor centres(Enclosure x) {
    Tensor out = x.zeros();
    for (long i = 0; i < x.size(); i++) {
      if (!x.isLoose(i) && isFixed(x, i)) {
        out.setDouble(i, x.low(i));
      } else if (isUsable(x, i)) {
        out.setDouble(i, centre(x, i));
      }
    }
    return out;
  }

  /** {@return how far the ends of finite intervals are from the middles} */
  static Tensor radii(Enclosure x) {
    Tensor out = x.zeros();
    for (long i = 0; i < x.size(); i++) {
      if (isUsable(x, i) && !isFixed(x, i)) {
        double centre = centre(x, i);
        out.setDouble(i, Math.nextUp(Math.max(x.high(i) - centre, centre - x.low(i))));
      }
    }
    return out;
  }

  /** {@return the greatest magnitudes within finite intervals} */
  static Tensor magnitudes(Enclosure x) {
    Tensor out = x.zeros();
    for (long i = 0; i < x.size(); i++) {
      if (isUsable(x, i)) {
        out.setDouble(i, Math.max(Math.abs(x.low(i)), Math.abs(x.high(i))));
      }
    }
    return out;
  }

  /** {@return 1 where an element is loose or has an infinite end and another one, else 0} */
  static Tensor unusable(Enclosure x) {
    Tensor out = x.zeros();
    for (long i = 0; i < x.size(); i++) {
      out.setDouble(i, isUsable(x, i) || (!x.isLoose(i) && isFixed(x, i)) ? 0 : 1);
    }
    return out;
  }

  /** {@return whether no element is below 0} */
  static boolean isPositive(Enclosure x) {
    for (long i = 0; i < x.size(); i++) {
      if (!(x.low(i) >= 0)) {
        return false;
      }
    }
    return true;
  }
}
