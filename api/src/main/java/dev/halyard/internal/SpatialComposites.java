package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.FLAG;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.Kind.SHAPE;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.ANY;
import static dev.halyard.internal.Vocabulary.FLOATS;
import static dev.halyard.internal.Vocabulary.NUMERIC;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Pooling, transposed convolution and resizing, over the axes after [N, C]. */
final class SpatialComposites {
  private SpatialComposites() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        pool("halyard.max_pool/1")
            .dtypes("numeric")
            .rule("window_max/1 over the axes after [N, C]; padding counts for nothing")
            .composite(
                (call, graph, operands) -> {
                  requireWindow(call, NUMERIC);
                  return List.of(slide(call, graph, "window_max/1", operands.getFirst()));
                }));
    ops.accept(
        pool("halyard.average_pool/1")
            .attribute("count_padding", FLAG)
            .dtypes("floats")
            .rule(
                "window_sum/1 over the axes after [N, C], divided by the size of the window"
                    + " (count_padding) or by how many of its elements are no padding")
            .composite(SpatialComposites::averagePool));
    ops.accept(
        declare("halyard.conv_transpose/1")
            .attribute("strides", INTEGERS)
            .attribute("dilations", INTEGERS)
            .attribute("pad_low", INTEGERS)
            .attribute("pad_high", INTEGERS)
            .attribute("groups", INTEGER)
            .operands("x", "weights")
            .dtypes("numeric, equal; I8, U8 and I16 give I32")
            .rule(
                "the transpose of conv/1: x[N, C, spatial...] with weights[C, M/groups, window...]"
                    + " gives [N, M, (in - 1) * stride - low - high + dilation * (window - 1) + 1];"
                    + " negative padding adds zeros (ONNX ConvTranspose; arXiv:1603.07285, section"
                    + " 4)")
            .composite(SpatialComposites::convTranspose));
    ops.accept(
        declare("halyard.resize.nearest/1")
            .attribute("sizes", SHAPE)
            .operands("x")
            .dtypes("any")
            .rule(
                "out[i, ...] = x[floor(i * in / out), ...] along every axis (ONNX Resize, nearest,"
                    + " asymmetric, floor)")
            .composite(SpatialComposites::resizeNearest));
    ops.accept(
        declare("halyard.resize.linear/1")
            .attribute("sizes", SHAPE)
            .operands("x")
            .dtypes("floats")
            .rule(
                "along every axis in turn, x at (i + 1/2) * in / out - 1/2, limited to [0, in - 1],"
                    + " interpolated between its neighbours (ONNX Resize, linear, half_pixel)")
            .composite(SpatialComposites::resizeLinear));
  }

  private static Op.Declaration pool(String id) {
    return declare(id)
        .attribute("window", INTEGERS)
        .attribute("strides", INTEGERS)
        .attribute("dilations", INTEGERS)
        .attribute("pad_low", INTEGERS)
        .attribute("pad_high", INTEGERS)
        .operands("x");
  }

  private static void requireWindow(OpCall call, Set<DType> dtypes) {
    call.requireDtype(0, dtypes);
    Shape x = call.shape(0);
    call.require(x.rank() >= 3, "wants x[N, C, spatial...]");
    int spatial = x.rank() - 2;
    long[] window = call.integers("window", spatial, "spatial axis");
    long[] strides = call.integers("strides", spatial, "spatial axis");
    long[] dilations = call.integers("dilations", spatial, "spatial axis");
    long[] low = call.integers("pad_low", spatial, "spatial axis");
    long[] high = call.integers("pad_high", spatial, "spatial axis");
    for (int i = 0; i < spatial; i++) {
      call.require(window[i] >= 1, "windows must be positive");
      call.slide(x.dim(i + 2), Dim.of(window[i]), dilations[i], strides[i], low[i], high[i]);
    }
  }

  private static Value slide(OpCall call, Graph.Builder graph, String op, Value x) {
    Attributes given = call.attributes();
    Attributes attributes =
        Attributes.none()
            .with("window", afterChannels(1, given.integers("window")))
            .with("strides", afterChannels(1, given.integers("strides")))
            .with("dilations", afterChannels(1, given.integers("dilations")))
            .with("pad_low", afterChannels(0, given.integers("pad_low")))
            .with("pad_high", afterChannels(0, given.integers("pad_high")));
    return graph.op(op, attributes, x).getFirst();
  }

  /** {@return entries for all axes, from those for the axes after [N, C]} */
  private static long[] afterChannels(long entry, long[] spatial) {
    long[] all = new long[spatial.length + 2];
    Arrays.fill(all, 0, 2, entry);
    System.arraycopy(spatial, 0, all, 2, spatial.length);
    return all;
  }

  private static List<Value> averagePool(OpCall call, Graph.Builder graph, List<Value> operands) {
    requireWindow(call, FLOATS);
    Value x = Bodies.wide(operands.getFirst());
    Value sum = slide(call, graph, "window_sum/1", x);
    Value mean;
    if (call.attributes().flag("count_padding")) {
      mean = sum.div((double) Shape.elements(call.attributes().integers("window")));
    } else {
      Shape box = x.shape().with(0, Dim.of(1)).with(1, Dim.of(1));
      Value ones = graph.scalar(x.dtype(), 1).broadcast(box);
      mean = sum.div(slide(call, graph, "window_sum/1", ones));
    }
    return List.of(mean.cast(call.dtype(0)));
  }

  private static List<Value> convTranspose(OpCall call, Graph.Builder graph, List<Value> operands) {
    requireConvTranspose(call);
    Shape weights = call.shape(1);
    int spatial = weights.rank() - 2;
    Attributes given = call.attributes();
    long[] dilations = given.integers("dilations");
    long[] low = new long[spatial];
    long[] high = new long[spatial];
    Arrays.setAll(low, i -> reach(weights, dilations, i) - given.integers("pad_low")[i]);
    Arrays.setAll(high, i -> reach(weights, dilations, i) - given.integers("pad_high")[i]);
    Attributes attributes =
        Attributes.none()
            .with("strides", filled(spatial, 1))
            .with("dilations", dilations)
            .with("input_dilations", given.integers("strides"))
            .with("pad_low", atLeastZero(low))
            .with("pad_high", atLeastZero(high))
            .with("groups", given.integer("groups"))
            .with("to", Bodies.productType(call.dtype(0)));
    Value kernel = mirrored(regrouped(operands.get(1), given.integer("groups")));
    Value full = graph.op("conv/1", attributes, operands.getFirst(), kernel).getFirst();
    return List.of(cropped(full, low, high));
  }

  private static void requireConvTranspose(OpCall call) {
    call.requireDtype(0, NUMERIC);
    call.requireSameDtype(0, 1);
    Shape x = call.shape(0);
    Shape w = call.shape(1);
    call.require(
        x.rank() >= 3 && w.rank() == x.rank(),
        "wants x[N, C, spatial...] and weights of the same rank, at least 3");
    call.require(
        x.dim(1).isConstant() && w.isStatic(),
        "the channels and the weights must have fixed extents");
    long groups = call.attributes().integer("groups");
    long channels = x.dim(1).constant();
    call.require(
        groups >= 1 && channels % groups == 0 && w.dim(0).is(channels),
        "weights must be [C, M/groups, window...] with groups dividing " + channels + " channels");
    int spatial = x.rank() - 2;
    long[] strides = call.integers("strides", spatial, "spatial axis");
    long[] dilations = call.integers("dilations", spatial, "spatial axis");
    long[] low = call.integers("pad_low", spatial, "spatial axis");
    long[] high = call.integers("pad_high", spatial, "spatial axis");
    for (int i = 0; i < spatial; i++) {
      call.require(strides[i] >= 1 && dilations[i] >= 1, "strides and dilations must be positive");
      call.require(w.dim(i + 2).constant() >= 1, "the window must not be empty");
      call.require(x.dim(i + 2).max() >= 1, "the spatial axes must not be empty");
      Dim extent =
          x.dim(i + 2)
              .plus(-1)
              .times(strides[i])
              .plus(Math.addExact(reach(w, dilations, i), 1) - Math.addExact(low[i], high[i]));
      call.require(extent.max() >= 0, "the padding leaves " + extent + " along axis " + (i + 2));
    }
  }

  /** {@return how far a dilated window reaches beyond its first element} */
  private static long reach(Shape weights, long[] dilations, int axis) {
    return Math.multiplyExact(dilations[axis], weights.dim(axis + 2).constant() - 1);
  }

  /** {@return weights [C, M/groups, ...] as [M, C/groups, ...]} */
  private static Value regrouped(Value weights, long groups) {
    Shape shape = weights.shape();
    List<Dim> window = shape.dims().subList(2, shape.rank());
    long inputs = shape.dim(0).constant() / groups;
    long outputs = shape.dim(1).constant();
    List<Dim> split = new ArrayList<>(List.of(Dim.of(groups), Dim.of(inputs), Dim.of(outputs)));
    split.addAll(window);
    List<Dim> merged = new ArrayList<>(List.of(Dim.of(groups * outputs), Dim.of(inputs)));
    merged.addAll(window);
    long[] swap = Bodies.longs(Bodies.axesFrom(0, split.size()));
    swap[1] = 2;
    swap[2] = 1;
    return weights.reshape(Shape.of(split)).transpose(swap).reshape(Shape.of(merged));
  }

  /** {@return weights whose windows are reversed along every axis} */
  private static Value mirrored(Value weights) {
    Shape shape = weights.shape();
    long[] start = new long[shape.rank()];
    long[] strides = filled(shape.rank(), 1);
    for (int i = 2; i < shape.rank(); i++) {
      start[i] = shape.dim(i).constant() - 1;
      strides[i] = -1;
    }
    return weights.slice(Shape.of(start), shape, strides);
  }

  /** {@return x without the elements that negative padding takes away} */
  private static Value cropped(Value x, long[] low, long[] high) {
    if (Arrays.stream(low).allMatch(n -> n >= 0) && Arrays.stream(high).allMatch(n -> n >= 0)) {
      return x;
    }
    long[] start = new long[x.shape().rank()];
    Shape size = x.shape();
    for (int i = 0; i < low.length; i++) {
      start[i + 2] = Math.max(0, -low[i]);
      Dim left = size.dim(i + 2).plus(Math.min(0, low[i]) + Math.min(0, high[i]));
      size = size.with(i + 2, left);
    }
    return x.slice(Shape.of(start), size);
  }

  private static long[] atLeastZero(long[] values) {
    return Arrays.stream(values).map(n -> Math.max(n, 0)).toArray();
  }

  private static long[] filled(int length, long value) {
    long[] filled = new long[length];
    Arrays.fill(filled, value);
    return filled;
  }

  private static List<Value> resizeNearest(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, ANY);
    Shape sizes = requireSizes(call);
    Value x = operands.getFirst();
    for (int axis = 0; axis < sizes.rank(); axis++) {
      Shape from = x.shape();
      Shape to = Shape.of(sizes.dim(axis));
      if (!from.dim(axis).equals(sizes.dim(axis))) {
        Value source =
            graph
                .iota(DType.I64, to, 0)
                .mul(Bodies.count(graph, from, axis))
                .div(Bodies.count(graph, to, 0));
        x = x.gather(source, axis);
      }
    }
    return List.of(x);
  }

  private static List<Value> resizeLinear(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, FLOATS);
    Shape sizes = requireSizes(call);
    Value x = Bodies.wide(operands.getFirst());
    for (int axis = 0; axis < sizes.rank(); axis++) {
      if (!x.shape().dim(axis).equals(sizes.dim(axis))) {
        x = interpolated(graph, x, axis, sizes.dim(axis));
      }
    }
    return List.of(x.cast(call.dtype(0)));
  }

  /**
   * Interpolates along one axis. The position (i + 1/2) * in / out - 1/2 is the exact fraction ((2i
   * + 1) * in - out) / (2 * out), so no rounding moves it over an element.
   */
  private static Value interpolated(Graph.Builder graph, Value x, int axis, Dim size) {
    Shape to = Shape.of(size);
    Value in = Bodies.count(graph, x.shape(), axis);
    Value out = Bodies.count(graph, to, 0);
    Value last = in.sub(1);
    Value parts = out.mul(2);
    Value position =
        graph.iota(DType.I64, to, 0).mul(2).add(1).mul(in).sub(out).max(0).min(parts.mul(last));
    Value before = position.div(parts);
    Value after = before.add(1).min(last);
    Value fraction =
        Bodies.along(
            position.rem(parts).cast(x.dtype()).div(parts.cast(x.dtype())),
            x.shape().rank() - axis - 1);
    Value rest = fraction.neg().add(1);
    return x.gather(before, axis).mul(rest).add(x.gather(after, axis).mul(fraction));
  }

  private static Shape requireSizes(OpCall call) {
    Shape x = call.shape(0);
    Shape sizes = call.attributes().shape("sizes");
    call.require(sizes.rank() == x.rank(), "sizes must have an entry per axis");
    for (int axis = 0; axis < x.rank(); axis++) {
      boolean same = x.dim(axis).equals(sizes.dim(axis));
      call.require(sizes.dim(axis).max() >= 0, "sizes must not be negative");
      call.require(
          same || x.dim(axis).max() > 0, "axis " + axis + " is empty, there is nothing to resize");
    }
    return sizes;
  }
}
