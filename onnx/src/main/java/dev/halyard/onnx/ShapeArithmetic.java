package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what models do to shapes: nodes all of whose operands are small vectors of integers
 * known in terms of symbols. What cannot be said in these terms is left to the graph.
 */
final class ShapeArithmetic {
  private static final int MAX_RESULTS = 1024;

  /** Integers or truth values of rank 0 or 1. */
  private record Vector(DType dtype, boolean scalar, List<Dim> dims) {
    static Vector like(Vector of, List<Dim> dims) {
      return new Vector(of.dtype, of.scalar, dims);
    }

    Dim at(int index) {
      return dims.get(dims.size() == 1 ? 0 : index);
    }
  }

  /** Evaluates one operator; null if the result is not affine, or is no vector. */
  @FunctionalInterface
  private interface Evaluation {
    @Nullable Vector apply(OnnxNode node, List<Vector> operands);
  }

  /** Combines two extents; null if the result is not known. */
  @FunctionalInterface
  private interface Combination {
    @Nullable Dim apply(Dim a, Dim b);
  }

  private static final Map<String, Evaluation> EVALUATIONS =
      Map.ofEntries(
          Map.entry("Identity", (node, v) -> v.getFirst()),
          Map.entry("Cast", ShapeArithmetic::cast),
          Map.entry("Neg", (node, v) -> elementwise(node, v, (a, b) -> a.times(-1))),
          Map.entry("Add", (node, v) -> elementwise(node, v, Dim::plus)),
          Map.entry("Sub", (node, v) -> elementwise(node, v, Dim::minus)),
          Map.entry("Mul", (node, v) -> elementwise(node, v, DimMath::times)),
          Map.entry("Div", (node, v) -> elementwise(node, v, DimMath::divide)),
          Map.entry("Min", (node, v) -> elementwise(node, v, DimMath::min)),
          Map.entry("Max", (node, v) -> elementwise(node, v, DimMath::max)),
          Map.entry("Equal", (node, v) -> truth(node, v, sign -> sign == 0)),
          Map.entry("Less", (node, v) -> truth(node, v, sign -> sign < 0)),
          Map.entry("LessOrEqual", (node, v) -> truth(node, v, sign -> sign <= 0)),
          Map.entry("Greater", (node, v) -> truth(node, v, sign -> sign > 0)),
          Map.entry("GreaterOrEqual", (node, v) -> truth(node, v, sign -> sign >= 0)),
          Map.entry("Not", (node, v) -> elementwise(node, v, (a, b) -> Dim.of(1).minus(a))),
          Map.entry("And", (node, v) -> elementwise(node, v, DimMath::min)),
          Map.entry("Or", (node, v) -> elementwise(node, v, DimMath::max)),
          Map.entry("Where", (node, v) -> where(v)),
          Map.entry("Gather", ShapeArithmetic::gather),
          Map.entry("Slice", ShapeArithmetic::slice),
          Map.entry("Concat", (node, v) -> concat(v)),
          Map.entry("Squeeze", (node, v) -> reshaped(node, v, ShapeOperators::squeezed)),
          Map.entry("Unsqueeze", (node, v) -> reshaped(node, v, ShapeOperators::unsqueezed)),
          Map.entry("Reshape", (node, v) -> reshaped(node, v, ShapeOperators::target)),
          Map.entry("Expand", (node, v) -> expand(v)),
          Map.entry("ConstantOfShape", ShapeArithmetic::constantOfShape),
          Map.entry("Range", (node, v) -> range(v)),
          Map.entry("ReduceProd", (node, v) -> reduce(node, v, 18, 1, DimMath::times)),
          Map.entry("ReduceSum", (node, v) -> reduce(node, v, 13, 0, Dim::plus)));

  private ShapeArithmetic() {}

  /**
   * Evaluates a node if it is arithmetic on shapes.
   *
   * @return whether its result has been set
   */
  static boolean apply(OnnxNode node) {
    Evaluation evaluation = EVALUATIONS.get(node.type());
    if (evaluation == null || node.outputCount() != 1 || node.inputCount() == 0) {
      return false;
    }
    List<Vector> operands = new ArrayList<>();
    for (int i = 0; i < node.inputCount(); i++) {
      Operand operand = node.optional(i);
      if (operand == null) {
        continue;
      }
      List<Dim> integers = operand.integers();
      if (integers == null) {
        return false;
      }
      operands.add(new Vector(operand.dtype(), operand.rank() == 0, integers));
    }
    if (operands.isEmpty()) {
      return false;
    }
    Vector result = evaluation.apply(node, operands);
    if (result == null || result.dims.size() > MAX_RESULTS || !fits(result)) {
      return false;
    }
    node.result(0, Operand.of(node.graph(), result.dtype, result.scalar, result.dims));
    return true;
  }

  /** {@return whether no element can wrap around in its element type} */
  private static boolean fits(Vector result) {
    long max =
        switch (result.dtype.name()) {
          case "I64" -> Long.MAX_VALUE;
          case "I32" -> Integer.MAX_VALUE;
          case "BOOL" -> 1;
          default -> -1;
        };
    long min = result.dtype == DType.BOOL ? 0 : -max - 1;
    return max > 0 && result.dims.stream().allMatch(d -> d.min() >= min && d.max() <= max);
  }

  private static @Nullable Vector elementwise(
      OnnxNode node, List<Vector> operands, Combination combination) {
    Vector result = operands.getFirst();
    if (operands.size() == 1) {
      return combined(node, result, result, combination);
    }
    for (Vector next : operands.subList(1, operands.size())) {
      Vector combined = combined(node, result, next, combination);
      if (combined == null) {
        return null;
      }
      result = combined;
    }
    return result;
  }

  private static @Nullable Vector combined(
      OnnxNode node, Vector a, Vector b, Combination combination) {
    if (a.dtype != b.dtype) {
      return null;
    }
    int size = common(a, b);
    if (size < 0) {
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Dim dim = combination.apply(a.at(i), b.at(i));
      if (dim == null) {
        return null;
      }
      dims.add(node.expressible(dim));
    }
    return new Vector(a.dtype, a.scalar && b.scalar, dims);
  }

  /** {@return the length that two vectors broadcast to, or -1} */
  private static int common(Vector a, Vector b) {
    if (a.dims.size() == b.dims.size() || b.dims.size() == 1) {
      return a.dims.size();
    }
    return a.dims.size() == 1 ? b.dims.size() : -1;
  }

  private static @Nullable Vector truth(
      OnnxNode node, List<Vector> operands, IntPredicate judgement) {
    Vector result =
        elementwise(
            node,
            operands,
            (a, b) -> {
              Integer order = DimMath.compare(a, b);
              return order == null ? null : Dim.of(judgement.test(order) ? 1 : 0);
            });
    return result == null ? null : new Vector(DType.BOOL, result.scalar, result.dims);
  }

  private static @Nullable Vector where(List<Vector> operands) {
    Vector condition = operands.get(0);
    Vector x = operands.get(1);
    Vector y = operands.get(2);
    int size = Math.max(common(x, y), common(condition, x));
    boolean broadcast = common(x, y) >= 0 && common(condition, x) >= 0;
    boolean known = condition.dims.stream().allMatch(Dim::isConstant);
    if (!broadcast || common(condition, y) < 0 || !known) {
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < Math.max(size, common(condition, y)); i++) {
      dims.add(condition.at(i).is(0) ? y.at(i) : x.at(i));
    }
    return new Vector(x.dtype, condition.scalar && x.scalar && y.scalar, dims);
  }

  private static @Nullable Vector cast(OnnxNode node, List<Vector> operands) {
    DType to = ElementwiseOperators.castType(node);
    Vector x = operands.getFirst();
    if (to == DType.I64 || to == DType.I32) {
      return new Vector(to, x.scalar, x.dims);
    }
    if (to != DType.BOOL) {
      return null;
    }
    Vector zero = new Vector(x.dtype, true, List.of(Dim.of(0)));
    return truth(node, List.of(x, zero), sign -> sign != 0);
  }

  private static @Nullable Vector gather(OnnxNode node, List<Vector> operands) {
    Vector x = operands.get(0);
    Vector indices = operands.get(1);
    boolean known = indices.dims.stream().allMatch(Dim::isConstant);
    if (x.scalar || !known) {
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    for (Dim index : indices.dims) {
      int size = x.dims.size();
      if (index.constant() < -size || index.constant() >= size) {
        throw node.invalid("wants element " + index + " of " + x.dims);
      }
      dims.add(x.dims.get((int) Math.floorMod(index.constant(), (long) size)));
    }
    return new Vector(x.dtype, indices.scalar, dims);
  }

  private static @Nullable Vector slice(OnnxNode node, List<Vector> operands) {
    Vector x = operands.getFirst();
    List<Dim> starts = SliceOperators.sliceList(node, "starts", 1);
    List<Dim> ends = SliceOperators.sliceList(node, "ends", 2);
    boolean single = !x.scalar && starts.size() == 1 && ends.size() == 1;
    if (!single || SliceOperators.sliceAxes(node, 1, 1).length != 1) {
      return null;
    }
    long[] steps = SliceOperators.sliceSteps(node, 1);
    boolean known = starts.getFirst().isConstant() && ends.getFirst().isConstant();
    if (!known || steps.length != 1 || steps[0] == 0 || steps[0] == Long.MIN_VALUE) {
      return null;
    }
    Slices taken = Slices.of(Dim.of(x.dims.size()), starts.getFirst(), ends.getFirst(), steps[0]);
    List<Dim> dims = new ArrayList<>();
    for (long i = 0; i < taken.size().constant(); i++) {
      dims.add(x.dims.get((int) (taken.start().constant() + i * steps[0])));
    }
    return Vector.like(x, dims);
  }

  private static @Nullable Vector concat(List<Vector> operands) {
    DType dtype = operands.getFirst().dtype;
    List<Dim> dims = new ArrayList<>();
    for (Vector part : operands) {
      boolean tooLong = dims.size() + part.dims.size() > MAX_RESULTS;
      if (tooLong || part.scalar || part.dtype != dtype) {
        return null;
      }
      dims.addAll(part.dims);
    }
    return new Vector(dtype, false, dims);
  }

  /** Infers the shape that an operator gives to its first operand. */
  @FunctionalInterface
  private interface ShapeRule {
    Shape apply(OnnxNode node, Shape from);
  }

  private static @Nullable Vector reshaped(OnnxNode node, List<Vector> operands, ShapeRule rule) {
    Vector x = operands.getFirst();
    Shape to = rule.apply(node, node.input(0).shape());
    boolean vector = to.rank() == 0 ? x.dims.size() == 1 : to.equals(Shape.of(x.dims.size()));
    return vector ? new Vector(x.dtype, to.rank() == 0, x.dims) : null;
  }

  private static @Nullable Vector expand(List<Vector> operands) {
    Vector x = operands.get(0);
    List<Dim> shape = operands.get(1).dims;
    if (shape.size() != 1 || !shape.getFirst().isConstant()) {
      return null;
    }
    long size = shape.getFirst().constant();
    if (size == 1 || size == x.dims.size()) {
      return new Vector(x.dtype, false, x.dims);
    }
    boolean small = x.dims.size() == 1 && size >= 0 && size <= MAX_RESULTS;
    return small
        ? new Vector(x.dtype, false, Collections.nCopies((int) size, x.dims.getFirst()))
        : null;
  }

  private static @Nullable Vector constantOfShape(OnnxNode node, List<Vector> operands) {
    Tensor given = node.tensor("value");
    List<Dim> content = given == null ? null : Operand.of(node.graph(), given).integers();
    List<Dim> shape = operands.getFirst().dims;
    boolean small =
        shape.isEmpty()
            || (shape.size() == 1
                && shape.getFirst().isConstant()
                && shape.getFirst().constant() >= 0
                && shape.getFirst().constant() <= MAX_RESULTS);
    if (given == null || content == null || content.size() != 1 || !small) {
      return null;
    }
    int size = shape.isEmpty() ? 1 : (int) shape.getFirst().constant();
    return new Vector(
        given.dtype(), shape.isEmpty(), Collections.nCopies(size, content.getFirst()));
  }

  private static @Nullable Vector range(List<Vector> operands) {
    boolean known =
        operands.size() == 3
            && operands.stream().allMatch(v -> v.dims.size() == 1 && v.at(0).isConstant());
    if (!known || operands.get(2).at(0).is(0)) {
      return null;
    }
    long start = operands.get(0).at(0).constant();
    long limit = operands.get(1).at(0).constant();
    long delta = operands.get(2).at(0).constant();
    double count = Math.max(0, Math.ceil(((double) limit - start) / delta));
    if (count > MAX_RESULTS) {
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    for (long i = 0; i < (long) count; i++) {
      dims.add(Dim.of(start + i * delta));
    }
    return new Vector(operands.getFirst().dtype, false, dims);
  }

  private static @Nullable Vector reduce(
      OnnxNode node, List<Vector> operands, long axesInput, long neutral, Combination combination) {
    Vector x = operands.getFirst();
    int[] axes = x.scalar ? null : node.axes(axesInput, 1, 1);
    boolean all = axes == null || axes.length == 0;
    if (x.scalar || (all && node.flag("noop_with_empty_axes", false))) {
      return x;
    }
    Dim total = Dim.of(neutral);
    for (Dim dim : x.dims) {
      Dim next = combination.apply(total, dim);
      if (next == null) {
        return null;
      }
      total = node.expressible(next);
    }
    return new Vector(x.dtype, !node.flag("keepdims", true), List.of(total));
  }
}
