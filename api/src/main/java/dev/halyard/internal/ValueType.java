package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Shape;

/** The element type and shape of a value. */
public record ValueType(DType dtype, Shape shape) {
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
