package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;

/** Composites that work on the innermost axes, a row at a time: softmax and normalisations. */
final class RowSteps {
  private RowSteps() {}

  static void lower(NodeLowering node) {
    Operand x = node.widened(0);
    switch (node.node().op()) {
      case "halyard.softmax/1", "halyard.log_softmax/1" -> softmax(node, x);
      case "halyard.layer_norm/1" -> layerNorm(node, x);
      case "halyard.rms_norm/1" -> rmsNorm(node, x);
      default ->
          throw new IllegalStateException(
              "the CPU device was given " + node.node().op() + ", which it has not claimed");
    }
  }

  private static void softmax(NodeLowering node, Operand x) {
    Operand y = node.wideOut(0);
    boolean log = node.node().op().equals("halyard.log_softmax/1");
    int n = Math.toIntExact(x.extent(-1));
    Kernels kernels = node.lowering().kernels();
    node.add(
        log ? "log softmax of rows" : "softmax of rows",
        n == 0 ? 0 : x.elements() / n,
        x.elements() * 10.0,
        memory -> {
          MemorySegment from = memory.at(x);
          MemorySegment to = memory.at(y);
          return (first, last, worker) -> {
            for (long row = first; row < last; row++) {
              long at = row * n * 4;
              if (log) {
                kernels.logSoftmaxRow(from, at, to, at, n);
              } else {
                kernels.softmaxRow(from, at, to, at, n);
              }
            }
          };
        });
    node.narrow(0, y);
  }

  private static int rowLength(NodeLowering node, Operand x) {
    long n = 1;
    for (int i = NodeLowering.axis(node.integer("axis"), x); i < x.rank(); i++) {
      n *= x.extent(i);
    }
    return Math.toIntExact(n);
  }

  private static void layerNorm(NodeLowering node, Operand x) {
    Operand scale = node.widened(1);
    Operand bias = node.widened(2);
    Operand y = node.wideOut(0);
    double epsilon = node.node().attributes().number("epsilon");
    int n = rowLength(node, x);
    Kernels kernels = node.lowering().kernels();
    node.add(
        "layer norm of rows",
        n == 0 ? 0 : x.elements() / n,
        x.elements() * 4.0,
        memory -> {
          MemorySegment from = memory.at(x);
          MemorySegment factors = memory.at(scale);
          MemorySegment summands = memory.at(bias);
          MemorySegment to = memory.at(y);
          return (first, last, worker) -> {
            for (long row = first; row < last; row++) {
              long at = row * n * 4;
              kernels.layerNormRow(from, at, factors, 0, summands, 0, epsilon, to, at, n);
            }
          };
        });
    node.narrow(0, y);
  }

  private static void rmsNorm(NodeLowering node, Operand x) {
    Operand scale = node.widened(1);
    Operand y = node.wideOut(0);
    double epsilon = node.node().attributes().number("epsilon");
    int n = rowLength(node, x);
    Kernels kernels = node.lowering().kernels();
    node.add(
        "RMS norm of rows",
        n == 0 ? 0 : x.elements() / n,
        x.elements() * 3.0,
        memory -> {
          MemorySegment from = memory.at(x);
          MemorySegment factors = memory.at(scale);
          MemorySegment to = memory.at(y);
          return (first, last, worker) -> {
            for (long row = first; row < last; row++) {
              long at = row * n * 4;
              kernels.rmsNormRow(from, at, factors, 0, epsilon, to, at, n);
            }
          };
        });
    node.narrow(0, y);
  }
}
