package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Many elements to one, and the order of elements. */
final class ReductionOperators {
  /** The version in which axes became an input; earlier for ReduceSum. */
  private static final long AXES_INPUT = 18;

  private static final long AXES_INPUT_OF_SUM = 13;

  private ReductionOperators() {}

  /** Reduces along axes. */
  @FunctionalInterface
  private interface Reduction {
    Value apply(Value x, boolean keepDims, long... axes);
  }

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(reduction("ReduceSum", AXES_INPUT_OF_SUM, Value::reduceSum));
    operators.accept(reduction("ReduceMean", AXES_INPUT, Value::mean).limits("floats"));
    operators.accept(reduction("ReduceProd", AXES_INPUT, Value::reduceProd));
    operators.accept(
        reduction("ReduceMax", AXES_INPUT, (x, keep, axes) -> ordered(x, keep, true, axes)));
    operators.accept(
        reduction("ReduceMin", AXES_INPUT, (x, keep, axes) -> ordered(x, keep, false, axes)));
    operators.accept(
        reduction("ReduceL1", AXES_INPUT, (x, keep, axes) -> x.abs().reduceSum(keep, axes)));
    operators.accept(
        reduction("ReduceL2", AXES_INPUT, (x, keep, axes) -> x.mul(x).reduceSum(keep, axes).sqrt())
            .limits("floats"));
    operators.accept(
        reduction(
            "ReduceSumSquare", AXES_INPUT, (x, keep, axes) -> x.mul(x).reduceSum(keep, axes)));
    operators.accept(
        reduction("ReduceLogSum", AXES_INPUT, (x, keep, axes) -> x.reduceSum(keep, axes).log())
            .limits("floats"));

    operators.accept(
        Operator.of("ArgMax", 1, ReductionOperators::argmax)
            .attributes("axis", "keepdims", "select_last_index"));
    operators.accept(
        Operator.of("ArgMin", 1, ReductionOperators::argmin)
            .attributes("axis", "keepdims", "select_last_index"));
    operators.accept(
        Operator.of("TopK", 1, ReductionOperators::topK)
            .inputs(1, 2)
            .attributes("axis", "k", "largest", "sorted")
            .limits("constant k; always sorted"));
    operators.accept(
        Operator.of("CumSum", 2, ReductionOperators::cumSum)
            .since(11)
            .attributes("exclusive", "reverse")
            .limits("constant axis of fixed extent"));
  }

  private static Operator reduction(String type, long axesInput, Reduction reduction) {
    return Operator.of(type, 1, node -> reduce(node, axesInput, reduction))
        .inputs(1, 2)
        .attributes("axes", "keepdims", "noop_with_empty_axes");
  }

  private static void reduce(OnnxNode node, long axesInput, Reduction reduction) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    int[] given = node.axes(axesInput, 1, rank);
    boolean all = given == null || given.length == 0;
    if (all && node.flag("noop_with_empty_axes", false)) {
      // No axis is reduced, but what belongs to the reduction is still done: |x| for ReduceL1.
      node.result(reduction.apply(x.reshape(withOne(x)), false, rank));
      return;
    }
    long[] axes =
        all || given == null
            ? LongStream.range(0, rank).toArray()
            : Arrays.stream(given).asLongStream().toArray();
    node.result(reduction.apply(x, node.flag("keepdims", true), axes));
  }

  private static Shape withOne(Value x) {
    List<Dim> dims = new ArrayList<>(x.shape().dims());
    dims.add(Dim.of(1));
    return Shape.of(dims);
  }

  /** Truth values are ordered too, from version 20 on: false before true. */
  private static Value ordered(Value x, boolean keep, boolean greatest, long... axes) {
    Value numbers = x.dtype() == DType.BOOL ? x.cast(DType.U8) : x;
    Value result = greatest ? numbers.reduceMax(keep, axes) : numbers.reduceMin(keep, axes);
    return result.cast(x.dtype());
  }

  private static void argmax(OnnxNode node) {
    node.result(argmax(node, node.value(0), node.flag("select_last_index", false)));
  }

  private static Value argmax(OnnxNode node, Value x, boolean last) {
    Attributes attributes =
        Attributes.none()
            .with("axis", node.axis(0, x.shape()))
            .with("keep_dims", node.flag("keepdims", true))
            .with("select_last", last);
    return node.graph().op("argmax/1", attributes, x).getFirst();
  }

  private static void argmin(OnnxNode node) {
    Value x = node.value(0);
    if (node.flag("select_last_index", false)) {
      // -x - 1 turns the order of integers round without overflow, 255 - x that of bytes.
      boolean bytes = x.dtype() == DType.U8;
      Value turned = x.dtype().isFloat() ? x.neg() : x.mul(-1).add(bytes ? 255 : -1);
      node.result(argmax(node, turned, true));
    } else {
      node.result(x.argmin(node.axis(0, x.shape()), node.flag("keepdims", true)));
    }
  }

  private static void topK(OnnxNode node) {
    Value x = node.value(0);
    long[] k =
        node.version() < 10 ? new long[] {node.integer("k", -1)} : node.numbers(1, "number k");
    if (k.length != 1 || k[0] < 0) {
      throw node.invalid("wants one k of at least 0, found " + Arrays.toString(k));
    }
    List<Value> found = x.topK(k[0], node.axis(-1, x.shape()), node.flag("largest", true));
    node.result(0, found.get(0));
    node.result(1, found.get(1));
  }

  private static void cumSum(OnnxNode node) {
    Value x = node.value(0);
    long[] axes = node.numbers(1, "axis");
    if (axes.length != 1) {
      throw node.invalid("wants one axis, found " + Arrays.toString(axes));
    }
    int axis = node.axis(axes[0], x.shape().rank());
    boolean reverse = node.flag("reverse", false);
    Value ordered = reverse ? Slices.reversed(x, axis) : x;
    Value sums = ordered.cumulativeSum(axis);
    if (node.flag("exclusive", false)) {
      sums = Slices.shifted(node.graph(), sums, axis);
    }
    node.result(reverse ? Slices.reversed(sums, axis) : sums);
  }
}
