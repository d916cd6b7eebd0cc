package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Between floats and the integers that stand for them, in F64 as the operations define. */
final class QuantizeSteps {
  private QuantizeSteps() {}

  static void quantize(NodeLowering node) {
    boolean up = node.node().attributes().text("rounding").equals("HALF_UP");
    Operand x = node.in(0);
    Operand scale = node.in(1);
    Operand zero = node.in(2);
    Operand to = node.out(0);
    Channels channels = Channels.of(node, x, scale);
    node.add(
        "quantize",
        to.elements(),
        to.elements() * 8.0,
        memory -> {
          MemorySegment source = memory.at(x);
          MemorySegment scales = memory.at(scale);
          MemorySegment zeros = memory.at(zero);
          MemorySegment target = memory.at(to);
          DType type = to.dtype();
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long channel = channels.of(i);
              double value = Elements.number(x.dtype(), source, i * x.dtype().bytes());
              value /= Elements.number(scale.dtype(), scales, channel * scale.dtype().bytes());
              long offset = Elements.integer(type, zeros, channel * type.bytes());
              double rounded = up ? Math.floor(value + 0.5) : Math.rint(value);
              long quantized =
                  Double.isNaN(value) ? offset : Elements.saturate(type, rounded + offset);
              Elements.putInteger(type, target, i * type.bytes(), quantized);
            }
          };
        });
  }

  static void dequantize(NodeLowering node) {
    Operand x = node.in(0);
    Operand scale = node.in(1);
    Operand zero = node.in(2);
    Operand to = node.out(0);
    Channels channels = Channels.of(node, x, scale);
    node.add(
        "dequantize",
        to.elements(),
        to.elements() * 6.0,
        memory -> {
          MemorySegment source = memory.at(x);
          MemorySegment scales = memory.at(scale);
          MemorySegment zeros = memory.at(zero);
          MemorySegment target = memory.at(to);
          DType type = x.dtype();
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long channel = channels.of(i);
              long offset = Elements.integer(type, zeros, channel * type.bytes());
              long value = Elements.integer(type, source, i * type.bytes()) - offset;
              double factor =
                  Elements.number(scale.dtype(), scales, channel * scale.dtype().bytes());
              Elements.putNumber(to.dtype(), target, i * to.dtype().bytes(), value * factor);
            }
          };
        });
  }

  /**
   * Which scale belongs to an element.
   *
   * @param stride the distance of neighbours along the axis
   * @param extent how many scales there are
   */
  private record Channels(long stride, long extent) {
    static Channels of(NodeLowering node, Operand x, Operand scale) {
      if (scale.rank() == 0) {
        return new Channels(1, 1);
      }
      int axis = NodeLowering.axis(node.integer("axis"), x);
      return new Channels(Math.max(1, Operand.strides(x.extents())[axis]), x.extent(axis));
    }

    long of(long element) {
      return element / stride % extent;
    }
  }
}
