package dev.halyard.runtime.reference;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.Arrays;

/**
 * A dense row-major array: floats as doubles, integers and BOOL as longs within the range of their
 * type.
 */
final class Array {
  private static final double[] NO_FLOATS = {};
  private static final long[] NO_INTEGERS = {};

  private final DType dtype;
  private final int[] shape;
  private final double[] floats;
  private final long[] integers;

  private Array(DType dtype, int[] shape, double[] floats, long[] integers) {
    this.dtype = dtype;
    this.shape = shape;
    this.floats = floats;
    this.integers = integers;
  }

  /** {@return an array of zeros} */
  static Array zeros(DType dtype, int... shape) {
    int count = Math.toIntExact(Shape.elements(Arrays.stream(shape).asLongStream().toArray()));
    return dtype.isFloat()
        ? new Array(dtype, shape, new double[count], NO_INTEGERS)
        : new Array(dtype, shape, NO_FLOATS, new long[count]);
  }

  static Array of(Tensor tensor) {
    Array array = zeros(tensor.dtype(), ints(tensor.shape()));
    for (int i = 0; i < array.size(); i++) {
      if (array.isFloat()) {
        array.floats[i] = tensor.getDouble(i);
      } else {
        array.integers[i] = tensor.getLong(i);
      }
    }
    return array;
  }

  /** {@return the values, floats rounded to a float type} */
  Tensor toTensor(DType type) {
    Tensor tensor = TensorArena.ofAuto().allocate(type, longs(shape));
    for (int i = 0; i < size(); i++) {
      if (isFloat()) {
        tensor.setDouble(i, Numbers.round(floats[i], type));
      } else {
        tensor.setLong(i, integers[i]);
      }
    }
    return tensor;
  }

  static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  DType dtype() {
    return dtype;
  }

  boolean isFloat() {
    return dtype.isFloat();
  }

  int[] shape() {
    return shape;
  }

  int rank() {
    return shape.length;
  }

  int extent(int axis) {
    return shape[axis];
  }

  int size() {
    return Math.max(floats.length, integers.length);
  }

  double number(int index) {
    return floats[index];
  }

  long integer(int index) {
    return integers[index];
  }

  void set(int index, double value) {
    floats[index] = value;
  }

  /** Sets an integer, wrapped to the type. */
  void set(int index, long value) {
    integers[index] = Numbers.wrap(value, dtype);
  }

  /** Copies one element of an array of the same type. */
  void copy(int index, Array from, int at) {
    if (isFloat()) {
      floats[index] = from.floats[at];
    } else {
      integers[index] = from.integers[at];
    }
  }

  /** {@return the same elements under another shape} */
  Array reshaped(int... to) {
    return new Array(dtype, to, floats, integers);
  }

  /** {@return a copy whose floats are rounded to the element type} */
  Array rounded() {
    if (!isFloat()) {
      return this;
    }
    double[] rounded = Arrays.stream(floats).map(value -> Numbers.round(value, dtype)).toArray();
    return new Array(dtype, shape, rounded, NO_INTEGERS);
  }

  /** {@return an independent copy} */
  Array copy() {
    return new Array(dtype, shape, floats.clone(), integers.clone());
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }
}
