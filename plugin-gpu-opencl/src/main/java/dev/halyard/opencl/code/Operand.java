package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.Arrays;

/** A dense row-major tensor of a schedule: where it lies, its element type and its extents. */
final class Operand {
  private final Location where;
  private final DType dtype;
  private final long[] extents;

  Operand(Location where, DType dtype, long... extents) {
    this.where = where;
    this.dtype = dtype;
    this.extents = extents;
  }

  Location where() {
    return where;
  }

  DType dtype() {
    return dtype;
  }

  int rank() {
    return extents.length;
  }

  /** {@return the extent of an axis, counted from the innermost if negative} */
  long extent(int axis) {
    return extents[axis < 0 ? axis + extents.length : axis];
  }

  /** {@return the extents; not to be changed} */
  long[] extents() {
    return extents;
  }

  long elements() {
    return Shape.elements(extents);
  }

  /** {@return the same bytes with other extents} */
  Operand as(long... others) {
    return new Operand(where, dtype, others);
  }

  /** {@return the distance of neighbours along each axis, in elements} */
  static long[] strides(long... extents) {
    long[] strides = new long[extents.length];
    long step = 1;
    for (int i = extents.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= extents[i];
    }
    return strides;
  }

  /** {@return the strides of an operand along the axes of a space; 0 where it is repeated} */
  long[] stridesIn(long... space) {
    long[] own = strides(extents);
    long[] strides = new long[space.length];
    int lead = space.length - extents.length;
    for (int i = 0; i < extents.length; i++) {
      strides[lead + i] = extents[i] == 1 ? 0 : own[i];
    }
    return strides;
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(extents) + " at " + where;
  }
}
