package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Shape;
import org.jspecify.annotations.Nullable;

/**
 * An input or output as a model declares it.
 *
 * @param name its name
 * @param type ONNX's name of its element type, such as {@code FLOAT}
 * @param dtype its element type; null where we have none, or where the model does not tell
 * @param shape its extents, those that are not fixed as symbols; null where the model does not tell
 */
public record OnnxPort(String name, String type, @Nullable DType dtype, @Nullable Shape shape) {
  @Override
  public String toString() {
    return name + ": " + type + (shape == null ? "" : shape);
  }
}
