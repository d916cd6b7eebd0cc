package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.Arrays;
import java.util.function.Consumer;

/** Convolutions over [N, C, spatial...]. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("Conv", 2, ConvolutionOperators::conv)
            .inputs(2, 3)
            .attributes("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
            .limits("fixed weights and channels"));
    operators.accept(
        Operator.of("ConvTranspose", 2, ConvolutionOperators::convTranspose)
            .inputs(2, 3)
            .attributes(
                "auto_pad",
                "dilations",
                "group",
                "kernel_shape",
                "output_padding",
                "output_shape",
                "pads",
                "strides")
            .limits("fixed weights and channels; output_shape with fixed extents"));
  }

  private static void conv(OnnxNode node) {
    Value x = node.value(0);
    Value weights = node.value(1);
    Windows windows = Windows.of(node, windowOf(node, x, weights));
    windows.autoPad(node, x.shape());
    Value sum = x.conv(weights, windows.toWindow(), node.integer("group", 1));
    node.result(biased(node, sum));
  }

  private static long[] windowOf(OnnxNode node, Value x, Value weights) {
    Shape shape = weights.shape();
    if (shape.rank() < 3 || shape.rank() != x.shape().rank()) {
      throw node.invalid("wants x[N, C, spatial...] and weights of the same rank");
    }
    if (!shape.isStatic()) {
      throw node.unsupported("weights of the shape " + shape + "; fix their dimensions");
    }
    long[] extents = Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
    long[] declared = node.integers("kernel_shape", extents);
    if (!Arrays.equals(declared, extents)) {
      throw node.invalid(
          "declares the window "
              + Arrays.toString(declared)
              + " and has weights for "
              + Arrays.toString(extents));
    }
    return extents;
  }

  private static Value biased(OnnxNode node, Value sum) {
    if (node.optional(2) == null) {
      return sum;
    }
    Value bias = node.value(2);
    if (bias.shape().rank() != 1) {
      throw node.invalid("wants a bias of rank 1");
    }
    Dim[] dims = new Dim[sum.shape().rank() - 1];
    Arrays.fill(dims, Dim.of(1));
    dims[0] = bias.shape().dim(0);
    return sum.add(bias.reshape(Shape.of(dims)));
  }

  private static void convTranspose(OnnxNode node) {
    Value x = node.value(0);
    Value weights = node.value(1);
    Windows windows = Windows.of(node, windowOf(node, x, weights));
    int axes = windows.size.length;
    long[] extra = node.integers("output_padding", new long[axes]);
    if (extra.length != axes) {
      throw node.invalid("has " + extra.length + " output_padding, wanted " + axes);
    }
    setTransposedPadding(node, x, windows, extra);
    for (int i = 0; i < axes; i++) {
      // The results beyond the last are left out of the crop, or zeros where there is none.
      windows.high[i] -= extra[i];
    }
    Value sum = x.convTranspose(weights, windows.toWindow(), node.integer("group", 1));
    node.result(biased(node, sum));
  }

  /**
   * The total crop follows from the wanted extent: stride * (in - 1) + output_padding + reach -
   * wanted, by output_shape, or by SAME: wanted = in * stride.
   */
  private static void setTransposedPadding(OnnxNode node, Value x, Windows windows, long[] extra) {
    String mode = node.text("auto_pad", "NOTSET");
    long[] wanted = node.integers("output_shape");
    int axes = windows.size.length;
    if (wanted == null && (mode.equals("NOTSET") || mode.equals("VALID"))) {
      windows.autoPad(node, x.shape());
      return;
    }
    if (wanted != null && wanted.length != axes) {
      throw node.invalid("has an output_shape of " + wanted.length + " axes, wanted " + axes);
    }
    for (int i = 0; i < axes; i++) {
      Dim extent = x.shape().dim(i + 2);
      long stride = windows.strides[i];
      long total = windows.reach(i) + extra[i] - stride;
      if (wanted != null) {
        if (!extent.isConstant()) {
          throw node.unsupported("output_shape with an input of " + extent + "; fix it");
        }
        total += stride * extent.constant() - wanted[i];
      }
      total = Math.max(0, total);
      boolean lower = !mode.equals("SAME_UPPER");
      windows.low[i] = lower ? total - total / 2 : total / 2;
      windows.high[i] = total - windows.low[i];
    }
  }
}
