package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import org.jspecify.annotations.Nullable;

/**
 * What a value of a graph may be on a correct device: an interval per element.
 *
 * <p>Ends of float types are F64. Where both ends are NaN, NaN is required. Where an element is
 * loose, anything goes, NaN included.
 */
final class Enclosure {
  final DType dtype;
  final Tensor low;
  final Tensor high;
  private final @Nullable Tensor loose;

  Enclosure(DType dtype, Tensor low, Tensor high, @Nullable Tensor loose) {
    this.dtype = dtype;
    this.low = low;
    this.high = high;
    this.loose = loose;
  }

  /** {@return the enclosure of a known value} */
  static Enclosure exact(Tensor value) {
    Tensor wide = value;
    if (value.dtype().isFloat() && value.dtype() != DType.F64) {
      wide = TensorArena.ofAuto().allocate(DType.F64, value.shape()).copyFrom(value.toDoubles());
    }
    return new Enclosure(value.dtype(), wide, wide, null);
  }

  long size() {
    return low.elements();
  }

  boolean isFloat() {
    return dtype.isFloat();
  }

  double low(long index) {
    return low.getDouble(index);
  }

  double high(long index) {
    return high.getDouble(index);
  }

  boolean isLoose(long index) {
    return loose != null && loose.getDouble(index) != 0;
  }

  boolean hasLoose() {
    return loose != null;
  }

  /** {@return 1 where loose, else 0} */
  Tensor looseMask() {
    return loose != null ? loose : zeros();
  }

  /** {@return the enclosure of these values, or of zeros where they are denormal} */
  Enclosure withVanishedDenormals() {
    if (!isFloat()) {
      return this;
    }
    double least = Accuracy.minNormal(dtype);
    Tensor lower = Tensors.map(low, value -> value > 0 && value < least ? 0 : value);
    Tensor upper = Tensors.map(high, value -> value < 0 && value > -least ? 0 : value);
    boolean same = lower.segment().mismatch(low.segment()) < 0;
    same &= upper.segment().mismatch(high.segment()) < 0;
    return same ? this : new Enclosure(dtype, lower, upper, loose);
  }

  Tensor zeros() {
    return TensorArena.ofAuto().allocate(DType.F64, low.shape());
  }

  boolean isExact(long index) {
    if (isLoose(index)) {
      return false;
    }
    if (!isFloat()) {
      return low == high || low.getLong(index) == high.getLong(index);
    }
    return low(index) == high(index) || Double.isNaN(low(index));
  }

  /** {@return whether every element is known} */
  boolean isExact() {
    if (low == high && loose == null) {
      return true;
    }
    for (long i = 0; i < size(); i++) {
      if (!isExact(i)) {
        return false;
      }
    }
    return true;
  }
}
