package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.FLAG;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.NUMERIC;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Running sums and order. */
final class OtherComposites {
  private OtherComposites() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("halyard.cumsum/1")
            .attribute("axis", INTEGER)
            .operands("x")
            .dtypes("numeric")
            .rule(
                "out[i] = x[0] + ... + x[i] along an axis of fixed extent n: window_sum/1 with a"
                    + " window of n and n - 1 elements of padding before")
            .composite(OtherComposites::cumulativeSum));
    ops.accept(
        declare("halyard.top_k/1")
            .attribute("k", INTEGER)
            .attribute("axis", INTEGER)
            .attribute("largest", FLAG)
            .operands("x")
            .dtypes("numeric; gives x's dtype and I64")
            .rule(
                "the first k results of sort/1, descending if largest: elements and their indices;"
                    + " k is at most the extent")
            .composite(OtherComposites::topK));
    ops.accept(
        declare("halyard.argmin/1")
            .attribute("axis", INTEGER)
            .attribute("keep_dims", FLAG)
            .operands("x")
            .dtypes("numeric; gives I64")
            .rule(
                "the index of the first least along an axis; a NaN is greater than every number;"
                    + " the axis is not empty")
            .composite(OtherComposites::argmin));
  }

  private static List<Value> cumulativeSum(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, NUMERIC);
    int axis = call.axis("axis", 0);
    Shape x = call.shape(0);
    call.require(
        x.dim(axis).isConstant(),
        "axis "
            + axis
            + " must have a fixed extent, has "
            + x.dim(axis)
            + "; specialise the graph");
    long extent = x.dim(axis).constant();
    if (extent == 0) {
      return List.of(operands.getFirst());
    }
    long[] ones = new long[x.rank()];
    Arrays.fill(ones, 1);
    long[] window = ones.clone();
    window[axis] = extent;
    long[] before = new long[x.rank()];
    before[axis] = extent - 1;
    Attributes attributes =
        Attributes.none()
            .with("window", window)
            .with("strides", ones)
            .with("dilations", ones)
            .with("pad_low", before)
            .with("pad_high", new long[x.rank()]);
    return graph.op("window_sum/1", attributes, operands.getFirst());
  }

  private static List<Value> topK(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, NUMERIC);
    int axis = call.axis("axis", 0);
    long k = call.attributes().integer("k");
    Dim extent = call.shape(0).dim(axis);
    call.require(
        k >= 0 && k <= extent.max(),
        "k must be from 0 to the extent " + extent + " of axis " + axis + ", is " + k);
    Shape size = call.shape(0).with(axis, Dim.of(k));
    Shape start = Shape.of(new long[size.rank()]);
    return operands.getFirst().sort(axis, call.attributes().flag("largest")).stream()
        .map(sorted -> sorted.slice(start, size))
        .toList();
  }

  private static List<Value> argmin(OpCall call, Graph.Builder graph, List<Value> operands) {
    call.requireDtype(0, NUMERIC);
    int axis = call.axis("axis", 0);
    call.require(call.shape(0).dim(axis).max() > 0, "axis " + axis + " is empty");
    Value x = operands.getFirst();
    Value greatestWhereLeast =
        x.dtype().isFloat() ? leastMarked(graph, x, axis) : reversed(graph, x);
    return List.of(greatestWhereLeast.argmax(axis, call.attributes().flag("keep_dims")));
  }

  /** {@return 1 at every least number, else 0; a NaN is none, so all NaN gives all 0} */
  private static Value leastMarked(Graph.Builder graph, Value x, int axis) {
    Value infinity = graph.scalar(x.dtype(), Double.POSITIVE_INFINITY);
    Value least = x.eq(x).select(x, infinity).reduceMin(true, axis);
    return x.eq(least).cast(DType.I8);
  }

  /** {@return the integers in reverse order: greatest - x for U8, else -1 - x; neither wraps} */
  private static Value reversed(Graph.Builder graph, Value x) {
    return graph.scalar(x.dtype(), x.dtype() == DType.U8 ? 255 : -1).sub(x);
  }
}
