package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Parts of tensors, and tensors made of parts. */
final class SliceOperators {
  private SliceOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("Slice", 1, SliceOperators::slice)
            .inputs(1, 5)
            .attributes("axes", "starts", "ends")
            .limits("starts and ends that follow from shapes; constant axes and steps"));
    operators.accept(
        Operator.of("Split", 1, SliceOperators::split)
            .inputs(1, 2)
            .attributes("axis", "split", "num_outputs")
            .limits("constant sizes"));
    operators.accept(
        Operator.of("Concat", 1, SliceOperators::concat)
            .inputs(1, Operator.MANY)
            .attributes("axis"));
    operators.accept(
        Operator.of("Pad", 1, SliceOperators::pad)
            .inputs(1, 4)
            .attributes("mode", "pads", "value")
            .limits("constant pads; modes other than constant on axes of fixed extent"));
  }

  // Slice.

  private static void slice(OnnxNode node) {
    Value x = node.value(0);
    Slices[] slices = Slices.whole(x.shape());
    List<Dim> starts = sliceList(node, "starts", 1);
    List<Dim> ends = sliceList(node, "ends", 2);
    int[] axes = sliceAxes(node, starts.size(), slices.length);
    long[] steps = sliceSteps(node, starts.size());
    if (ends.size() != starts.size() || axes.length != ends.size() || steps.length != axes.length) {
      throw node.invalid("has starts, ends, axes and steps of different lengths");
    }
    for (int i = 0; i < axes.length; i++) {
      if (steps[i] == 0 || steps[i] == Long.MIN_VALUE) {
        throw node.invalid("has the step " + steps[i]);
      }
      slices[axes[i]] = Slices.of(x.shape().dim(axes[i]), starts.get(i), ends.get(i), steps[i]);
    }
    node.result(Slices.apply(x, slices));
  }

  /** Bounds were attributes and became inputs with version 10. */
  static List<Dim> sliceList(OnnxNode node, String role, int input) {
    if (node.version() >= 10) {
      return node.integers(input, role);
    }
    long[] given = node.integers(role);
    if (given == null) {
      throw node.invalid("has no attribute '" + role + "'");
    }
    return LongStream.of(given).mapToObj(Dim::of).toList();
  }

  static int[] sliceAxes(OnnxNode node, int count, int rank) {
    int[] axes = node.axes(10, 3, rank);
    if (axes == null && count > rank) {
      throw node.invalid("slices " + count + " axes of rank " + rank);
    }
    return axes == null ? IntStream.range(0, count).toArray() : axes;
  }

  static long[] sliceSteps(OnnxNode node, int count) {
    if (node.version() >= 10 && node.optional(4) != null) {
      return node.numbers(4, "steps");
    }
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  // Split and Concat.

  private static void split(OnnxNode node) {
    Value x = node.value(0);
    int axis = node.axis(0, x.shape());
    long[] sizes = splitSizes(node, x.shape().dim(axis));
    long start = 0;
    for (int i = 0; i < sizes.length; i++) {
      node.result(i, new Slices(Dim.of(start), Dim.of(sizes[i]), 1).apply(x, axis));
      start = Math.addExact(start, sizes[i]);
    }
  }

  /** Sizes were an attribute, an input from version 13 on; num_outputs came with version 18. */
  static long[] splitSizes(OnnxNode node, Dim extent) {
    long @Nullable [] given =
        node.version() < 13
            ? node.integers("split")
            : node.optional(1) == null ? null : node.numbers(1, "sizes");
    long[] sizes = given == null ? equalSizes(node, extent) : given;
    boolean negative = LongStream.of(sizes).anyMatch(size -> size < 0);
    if (sizes.length != node.outputCount() || negative) {
      throw node.invalid(
          "splits into " + Arrays.toString(sizes) + " and has " + node.outputCount() + " outputs");
    }
    if (extent.isConstant() && LongStream.of(sizes).sum() != extent.constant()) {
      throw node.invalid("splits " + extent + " into " + Arrays.toString(sizes));
    }
    return sizes;
  }

  private static long[] equalSizes(OnnxNode node, Dim extent) {
    if (!extent.isConstant()) {
      throw node.unsupported("the axis that it splits is " + extent + "; fix it to a number");
    }
    long parts = node.integer("num_outputs", node.outputCount());
    if (parts != node.outputCount() || parts == 0) {
      throw node.invalid("has num_outputs " + parts + " and " + node.outputCount() + " outputs");
    }
    long size = Math.ceilDiv(extent.constant(), parts);
    long[] sizes = new long[(int) parts];
    Arrays.fill(sizes, size);
    sizes[sizes.length - 1] = extent.constant() - size * (parts - 1);
    return sizes;
  }

  private static void concat(OnnxNode node) {
    if (!node.has("axis")) {
      throw node.invalid("has no attribute 'axis'");
    }
    List<Value> parts = node.values();
    int axis = node.axis(0, parts.getFirst().shape());
    requireExpressible(node, parts, axis);
    node.result(
        parts.size() == 1
            ? parts.getFirst()
            : node.graph().concat(axis, parts.toArray(Value[]::new)));
  }

  /** Adds up step by step, so that no sum of many long extents is made only to be refused. */
  private static void requireExpressible(OnnxNode node, List<Value> parts, int axis) {
    Dim total = Dim.of(0);
    for (Value part : parts) {
      // One of another rank is refused with both shapes later.
      if (axis < part.shape().rank()) {
        total = node.expressible(total.plus(part.shape().dim(axis)));
      }
    }
  }

  // Pad.

  /** Pads were an attribute, inputs from version 11 on; axes came with version 18. */
  private static void pad(OnnxNode node) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    long[] pads =
        node.version() < 11 ? node.integers("pads", new long[0]) : node.numbers(1, "pads");
    int[] given = node.version() < 18 ? null : node.axes(18, 3, rank);
    int[] axes = given == null ? IntStream.range(0, rank).toArray() : given;
    if (pads.length != 2 * axes.length) {
      throw node.invalid("has " + pads.length + " pads for " + axes.length + " axes");
    }
    long[] low = new long[rank];
    long[] high = new long[rank];
    for (int i = 0; i < axes.length; i++) {
      low[axes[i]] = pads[i];
      high[axes[i]] = pads[i + axes.length];
    }
    String mode = node.text("mode", "constant");
    switch (mode) {
      case "constant" -> node.result(padConstant(node, x, low, high));
      case "edge", "reflect", "wrap" -> node.result(padIndexed(node, x, low, high, mode));
      default -> throw node.unsupported("its attribute 'mode' is '" + mode + "'");
    }
  }

  /** A negative pad takes elements away. */
  private static Value padConstant(OnnxNode node, Value x, long[] low, long[] high) {
    Slices[] kept = Slices.whole(x.shape());
    for (int i = 0; i < kept.length; i++) {
      long before = Math.min(low[i], 0);
      long after = Math.min(high[i], 0);
      kept[i] = new Slices(Dim.of(-before), x.shape().dim(i).plus(before + after), 1);
      low[i] -= before;
      high[i] -= after;
    }
    Value rest = Slices.apply(x, kept);
    boolean none = Arrays.stream(low).sum() + Arrays.stream(high).sum() == 0;
    return none ? rest : rest.pad(padValue(node, x.dtype()), low, high);
  }

  private static Value padValue(OnnxNode node, DType dtype) {
    if (node.version() >= 11 && node.optional(2) != null) {
      return node.value(2).reshape(Shape.scalar());
    }
    return node.graph().scalar(dtype, node.version() < 11 ? node.number("value", 0) : 0);
  }

  private static Value padIndexed(OnnxNode node, Value x, long[] low, long[] high, String mode) {
    Value padded = x;
    for (int axis = 0; axis < low.length; axis++) {
      if (low[axis] == 0 && high[axis] == 0) {
        continue;
      }
      Dim extent = x.shape().dim(axis);
      if (!extent.isConstant()) {
        throw node.unsupported("mode '" + mode + "' along an axis of " + extent + "; fix it");
      }
      long n = extent.constant();
      long total = Math.addExact(Math.addExact(low[axis], high[axis]), n);
      if (n == 0 || total < 0 || total > Integer.MAX_VALUE) {
        throw node.invalid("pads the extent " + n + " by " + low[axis] + " and " + high[axis]);
      }
      node.makeUp(total);
      long before = low[axis];
      long[] indices =
          LongStream.range(-before, total - before).map(i -> source(i, n, mode)).toArray();
      padded = padded.gather(node.graph().constant(Tensor.of(indices, total)), axis);
    }
    return padded;
  }

  private static long source(long index, long n, String mode) {
    return switch (mode) {
      case "edge" -> Math.clamp(index, 0, n - 1);
      case "wrap" -> Math.floorMod(index, n);
      default -> {
        long period = Math.max(1, 2 * (n - 1));
        long at = Math.floorMod(index, period);
        yield at < n ? at : period - at;
      }
    };
  }
}
