package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Shape;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Windows over [N, C, spatial...] that give one element each. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("MaxPool", 1, PoolingOperators::maxPool)
            .attributes(
                "auto_pad",
                "ceil_mode",
                "dilations",
                "kernel_shape",
                "pads",
                "storage_order",
                "strides")
            .limits("no indices"));
    operators.accept(
        Operator.of("AveragePool", 1, PoolingOperators::averagePool)
            .attributes(
                "auto_pad",
                "ceil_mode",
                "count_include_pad",
                "dilations",
                "kernel_shape",
                "pads",
                "strides")
            .limits("ceil_mode not where it reaches beyond padding that counts"));
    operators.accept(
        Operator.of(
            "GlobalAveragePool",
            1,
            node -> node.result(node.value(0).mean(true, spatialAxes(node)))));
    operators.accept(
        Operator.of(
            "GlobalMaxPool",
            1,
            node -> node.result(node.value(0).reduceMax(true, spatialAxes(node)))));
  }

  private static long[] spatialAxes(OnnxNode node) {
    int rank = node.input(0).rank();
    if (rank < 3) {
      throw node.invalid("wants x[N, C, spatial...]");
    }
    return LongStream.range(2, rank).toArray();
  }

  private static Windows windows(OnnxNode node) {
    Shape shape = node.input(0).shape();
    int axes = spatialAxes(node).length;
    if (!node.has("kernel_shape")) {
      throw node.invalid("has no attribute 'kernel_shape'");
    }
    Windows windows = Windows.of(node, new long[axes]);
    windows.autoPad(node, shape);
    return windows;
  }

  private static void maxPool(OnnxNode node) {
    Windows windows = windows(node);
    if (node.flag("ceil_mode", false)) {
      extend(node, windows);
    }
    node.result(node.value(0).maxPool(windows.toWindow()));
  }

  private static void averagePool(OnnxNode node) {
    Windows windows = windows(node);
    boolean countPadding = node.flag("count_include_pad", false);
    boolean extended = node.flag("ceil_mode", false) && extend(node, windows);
    if (extended && countPadding) {
      throw node.unsupported("ceil_mode together with count_include_pad");
    }
    node.result(node.value(0).averagePool(windows.toWindow(), countPadding));
  }

  /**
   * Adds padding at the end, so that rounding down gives as many windows as rounding up would; a
   * window that would begin in the padding at the end is left out.
   */
  private static boolean extend(OnnxNode node, Windows windows) {
    boolean extended = false;
    for (int i = 0; i < windows.size.length; i++) {
      long stride = windows.strides[i];
      if (stride == 1) {
        continue;
      }
      Dim extent = node.input(0).shape().dim(i + 2);
      if (!extent.isConstant()) {
        throw node.unsupported("ceil_mode along an axis of " + extent + "; fix it to a number");
      }
      long n = extent.constant();
      long room = n + windows.low[i] + windows.high[i] - windows.reach(i);
      long outputs = Math.ceilDiv(room, stride) + 1;
      if ((outputs - 1) * stride >= n + windows.low[i]) {
        outputs--;
      }
      long missing = (outputs - 1) * stride - room;
      if (missing > 0) {
        windows.high[i] += missing;
        extended = true;
      }
    }
    return extended;
  }
}
