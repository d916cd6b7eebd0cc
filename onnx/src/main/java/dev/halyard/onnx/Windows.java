package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Window;
import java.util.Arrays;

/** The window attributes that convolutions and poolings share. */
final class Windows {
  final long[] size;
  final long[] strides;
  final long[] dilations;
  final long[] low;
  final long[] high;

  private Windows(OnnxNode node, long[] size) {
    int axes = size.length;
    this.size = size;
    this.strides = list(node, "strides", axes, 1);
    this.dilations = list(node, "dilations", axes, 1);
    long[] pads = list(node, "pads", 2 * axes, 0);
    this.low = Arrays.copyOf(pads, axes);
    this.high = Arrays.copyOfRange(pads, axes, 2 * axes);
  }

  /**
   * {@return the window of a node, with its padding as given}
   *
   * @param node has attributes kernel_shape, strides, dilations and pads
   * @param size the window's extents where kernel_shape is left out
   */
  static Windows of(OnnxNode node, long[] size) {
    long[] given = node.integers("kernel_shape", size);
    if (given.length != size.length) {
      throw node.invalid(
          "has a window of " + given.length + " axes for " + size.length + " spatial axes");
    }
    Windows windows = new Windows(node, given);
    for (int i = 0; i < size.length; i++) {
      if (windows.strides[i] < 1 || windows.dilations[i] < 1 || given[i] < 1) {
        throw node.invalid("has a window, stride or dilation that is not positive");
      }
    }
    return windows;
  }

  private static long[] list(OnnxNode node, String name, int length, long otherwise) {
    long[] filled = new long[length];
    Arrays.fill(filled, otherwise);
    long[] given = node.integers(name, filled);
    if (given.length != length) {
      throw node.invalid("has " + given.length + " " + name + ", wanted " + length);
    }
    return given;
  }

  /** {@return the window's reach along an axis} */
  long reach(int axis) {
    return Math.addExact(Math.multiplyExact(dilations[axis], size[axis] - 1), 1);
  }

  /** Replaces the padding where auto_pad asks for it: SAME gives ceil(extent / stride) results. */
  void autoPad(OnnxNode node, Shape x) {
    String mode = node.text("auto_pad", "NOTSET");
    switch (mode) {
      case "NOTSET" -> {}
      case "VALID" -> {
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
      }
      case "SAME_UPPER", "SAME_LOWER" -> {
        for (int i = 0; i < size.length; i++) {
          long total = samePadding(node, x.dim(i + 2), i);
          long less = total / 2;
          low[i] = mode.equals("SAME_UPPER") ? less : total - less;
          high[i] = total - low[i];
        }
      }
      default -> throw node.invalid("has the attribute auto_pad = '" + mode + "'");
    }
  }

  private long samePadding(OnnxNode node, Dim extent, int axis) {
    if (strides[axis] == 1) {
      return reach(axis) - 1;
    }
    if (!extent.isConstant()) {
      throw node.unsupported("auto_pad along an axis of " + extent + "; fix it to a number");
    }
    long outputs = Math.ceilDiv(extent.constant(), strides[axis]);
    return Math.max(0, (outputs - 1) * strides[axis] + reach(axis) - extent.constant());
  }

  Window toWindow() {
    return Window.of(size).strides(strides).dilations(dilations).padding(low, high);
  }
}
