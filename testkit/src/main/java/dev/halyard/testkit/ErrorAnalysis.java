package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Tensor;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Follows through a graph what a correct device may make of given inputs.
 *
 * <p>Interval arithmetic on top of the reference: a node's interval holds its exact results for all
 * operands within their intervals, widened by the error that the primitive itself may have.
 * Rounding to the type of a node may happen or not, as on a device that fuses. Within the body of a
 * composite errors may be four times as large, since a device that claims it may use another
 * formula.
 *
 * <p>On a device that flushes denormals, operands and results of arithmetic may be zeros in their
 * place; what is moved keeps them.
 *
 * <p>An element is loose where an intermediate sum may overflow, where operands lie so close to a
 * jump that either side is correct, and where that makes an index uncertain.
 */
final class ErrorAnalysis {
  private static final double WITHIN_COMPOSITE = 4;
  private static final Set<String> MOVES =
      Set.of(
          "reshape/1",
          "transpose/1",
          "broadcast/1",
          "slice/1",
          "concat/1",
          "pad/1",
          "gather/1",
          "select/1");

  private final Reference reference;
  private final Dims dims;
  private final Set<String> rounded;
  private final boolean flushes;

  ErrorAnalysis(Reference reference, Dims dims, Set<String> rounded, boolean flushes) {
    this.reference = reference;
    this.dims = dims;
    this.rounded = rounded;
    this.flushes = flushes;
  }

  /** {@return an enclosure per output of a graph} */
  List<Enclosure> outputs(GraphView graph, List<Enclosure> inputs) {
    return outputs(graph, inputs, 1);
  }

  private List<Enclosure> outputs(GraphView graph, List<Enclosure> inputs, double slack) {
    IdentityHashMap<ValueView, Enclosure> known = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      known.put(graph.inputs().get(i), inputs.get(i));
    }
    for (NodeView node : graph.nodes()) {
      List<Enclosure> operands =
          vanishing(node, node.inputs().stream().map(v -> lookUp(v, known)).toList());
      List<Enclosure> results =
          vanishing(
              node,
              node.body().isPresent()
                  ? outputs(node.body().get(), operands, WITHIN_COMPOSITE)
                  : new Step(node, operands, slack).results());
      for (int i = 0; i < results.size(); i++) {
        known.put(node.outputs().get(i), results.get(i));
      }
    }
    return graph.outputs().stream().map(v -> lookUp(v, known)).toList();
  }

  /** {@return values, or zeros in the place of denormals where a node may take them for that} */
  private List<Enclosure> vanishing(NodeView node, List<Enclosure> values) {
    return flushes && !isMove(node)
        ? values.stream().map(Enclosure::withVanishedDenormals).toList()
        : values;
  }

  private static boolean isMove(NodeView node) {
    return MOVES.contains(node.op())
        || (node.op().equals("scatter/1") && !node.attributes().text("reduction").equals("add"));
  }

  private static Enclosure lookUp(ValueView value, IdentityHashMap<ValueView, Enclosure> known) {
    return known.computeIfAbsent(
        value,
        constant ->
            Enclosure.exact(
                Tensors.of(
                    constant.constant().orElseThrow(),
                    constant.dtype(),
                    constant.shape().toArray())));
  }

  /** One primitive. */
  private final class Step {
    private final NodeView node;
    private final List<Enclosure> operands;
    private final double slack;
    private final DType type;

    Step(NodeView node, List<Enclosure> operands, double slack) {
      this.node = node;
      this.operands = operands;
      this.slack = slack;
      this.type = node.outputs().getFirst().dtype();
    }

    List<Enclosure> results() {
      return switch (node.op()) {
        case "matmul/1", "conv/1", "reduce_sum/1", "window_sum/1" -> List.of(sum());
        case "reduce_prod/1" -> List.of(product());
        case "reduce_max/1", "reduce_min/1", "window_max/1" -> List.of(extreme());
        case "reshape/1", "transpose/1", "broadcast/1", "slice/1", "concat/1", "pad/1" ->
            List.of(moved(operands.size()));
        case "gather/1" -> List.of(operands.get(1).isExact() ? moved(1) : anything(type, 0));
        case "scatter/1" -> List.of(scattered());
        case "argmax/1" -> List.of(isExact() ? exact(0) : anything(type, 0));
        case "sort/1" -> sorted();
        case "iota/1" -> List.of(exact(0));
        default -> List.of(elementwise());
      };
    }

    private boolean isExact() {
      return operands.stream().allMatch(Enclosure::isExact);
    }

    private List<Tensor> evaluate(List<Tensor> values) {
      return reference.evaluate(node, values, dims);
    }

    private Tensor evaluate(Tensor... values) {
      return evaluate(Arrays.asList(values)).getFirst();
    }

    private List<Tensor> lows() {
      return operands.stream().map(x -> x.low).toList();
    }

    private Enclosure exact(int result) {
      Tensor value = evaluate(lows()).get(result);
      return new Enclosure(node.outputs().get(result).dtype(), value, value, null);
    }

    private Enclosure anything(DType dtype, int result) {
      Tensor value = evaluate(lows()).get(result);
      return new Enclosure(dtype, value, value, Tensors.filled(1, value.shape()));
    }

    /** Moves the first operands' ends; the others are indices and the like. */
    private Enclosure moved(int count) {
      List<Tensor> low = new ArrayList<>(lows());
      List<Tensor> high = new ArrayList<>(low);
      List<Tensor> loose = new ArrayList<>(low);
      boolean anyLoose = false;
      boolean same = true;
      for (int i = 0; i < count; i++) {
        high.set(i, operands.get(i).high);
        loose.set(i, operands.get(i).looseMask());
        anyLoose |= operands.get(i).hasLoose();
        same &= operands.get(i).low == operands.get(i).high;
      }
      Tensor lowest = evaluate(low).getFirst();
      Tensor highest = same ? lowest : evaluate(high).getFirst();
      return new Enclosure(type, lowest, highest, anyLoose ? evaluate(loose).getFirst() : null);
    }

    private Enclosure scattered() {
      if (!operands.get(1).isExact()) {
        return anything(type, 0);
      }
      if (node.attributes().text("reduction").equals("add")) {
        return sum();
      }
      Enclosure x = operands.get(0);
      Enclosure updates = operands.get(2);
      Tensor at = operands.get(1).low;
      return new Enclosure(
          type,
          evaluate(x.low, at, updates.low),
          evaluate(x.high, at, updates.high),
          x.hasLoose() || updates.hasLoose()
              ? evaluate(x.looseMask(), at, updates.looseMask())
              : null);
    }

    private List<Enclosure> sorted() {
      Enclosure x = operands.getFirst();
      if (x.isExact()) {
        return List.of(exact(0), exact(1));
      }
      if (x.hasLoose()) {
        return List.of(anything(type, 0), anything(DType.I64, 1));
      }
      // The k-th of some numbers moves no further than the numbers do.
      Tensor low = evaluate(List.of(x.low)).getFirst();
      Tensor high = evaluate(List.of(x.high)).getFirst();
      return List.of(new Enclosure(type, low, high, null), anything(DType.I64, 1));
    }

    private Enclosure extreme() {
      Enclosure x = operands.getFirst();
      Tensor low = evaluate(x.low);
      Tensor high = x.low == x.high ? low : evaluate(x.high);
      Tensor loose = null;
      if (x.hasLoose()) {
        boolean least = node.op().equals("reduce_min/1");
        loose = least ? evaluate(Tensors.complement(x.looseMask())) : evaluate(x.looseMask());
        loose = Tensors.map(loose, mark -> least ? (mark == 0 ? 1 : 0) : mark > 0 ? 1 : 0);
      }
      return new Enclosure(type, low, high, loose);
    }

    /** A sum of products, or of elements. */
    private Enclosure sum() {
      if (!type.isFloat()) {
        return isExact() ? exact(0) : anything(type, 0);
      }
      List<Tensor> centres = new ArrayList<>();
      List<Tensor> radii = new ArrayList<>();
      List<Tensor> magnitudes = new ArrayList<>();
      for (Enclosure x : operands) {
        centres.add(x.isFloat() ? Tensors.centres(x) : x.low);
        radii.add(x.isFloat() ? Tensors.radii(x) : x.low);
        magnitudes.add(x.isFloat() ? Tensors.magnitudes(x) : x.low);
      }
      Tensor value = evaluate(centres).getFirst();
      Tensor bound = evaluate(magnitudes).getFirst();
      Tensor spread = isExact() ? Tensors.filled(0, value.shape()) : spread(radii, magnitudes);
      Tensor loose = looseSums(value.shape());
      double terms = terms();
      double vanished = flushes ? terms * Accuracy.minNormal(Accuracy.computed(type)) : 0;
      boolean positive = operands.stream().allMatch(Tensors::isPositive);
      Tensor low = Tensors.like(value);
      Tensor high = Tensors.like(value);
      for (long i = 0; i < value.elements(); i++) {
        double v = value.getDouble(i);
        double magnitude = bound.getDouble(i);
        double error =
            Double.isFinite(v)
                ? spread.getDouble(i) + slack * Accuracy.sum(type, terms, magnitude, v) + vanished
                : 0;
        if (!(magnitude < Accuracy.greatest(Accuracy.computed(type)) / 2)) {
          loose.setDouble(i, 1);
        }
        setEnds(low, high, i, positive ? Math.max(0, v - error) : v - error, v + error);
      }
      return new Enclosure(type, low, high, loose);
    }

    /** {@return how far the sum moves when its operands move within their intervals} */
    private Tensor spread(List<Tensor> radii, List<Tensor> magnitudes) {
      boolean products = node.op().equals("matmul/1") || node.op().equals("conv/1");
      if (!products) {
        return evaluate(radii).getFirst();
      }
      Tensor left = evaluate(radii.get(0), magnitudes.get(1));
      Tensor right = evaluate(magnitudes.get(0), radii.get(1));
      return Tensors.zip(left, right, Double::sum);
    }

    /**
     * {@return 1 where a term is loose: an operand is, or one is infinite and the other may be 0 or
     * of either sign}
     */
    private Tensor looseSums(long... shape) {
      List<Tensor> marks = operands.stream().map(x -> mark(x, Tensors.unusable(x))).toList();
      boolean products = node.op().equals("matmul/1") || node.op().equals("conv/1");
      if (!products) {
        return isMarked(marks) ? positive(evaluate(marks).getFirst()) : Tensors.filled(0, shape);
      }
      Tensor a = marks.get(0);
      Tensor b = marks.get(1);
      Tensor loose = Tensors.filled(0, shape);
      if (isMarked(marks)) {
        Tensor left = evaluate(a, Tensors.filled(1, b.shape()));
        Tensor right = evaluate(Tensors.filled(1, a.shape()), b);
        loose = Tensors.zip(left, right, Double::sum);
      }
      if (!isExact()) {
        Tensor left = evaluate(infinite(0), inexact(1));
        Tensor right = evaluate(inexact(0), infinite(1));
        loose = Tensors.zip(loose, Tensors.zip(left, right, Double::sum), Double::sum);
      }
      return positive(loose);
    }

    private Tensor mark(Enclosure x, Tensor mark) {
      return x.isFloat() ? mark : x.low;
    }

    private boolean isMarked(List<Tensor> marks) {
      return marks.stream()
          .filter(mark -> mark.dtype() == DType.F64)
          .anyMatch(mark -> Arrays.stream(mark.toDoubles()).anyMatch(m -> m != 0));
    }

    private static Tensor positive(Tensor counts) {
      return Tensors.map(counts, count -> count > 0 ? 1 : 0);
    }

    private Tensor infinite(int operand) {
      Enclosure x = operands.get(operand);
      return Tensors.map(Tensors.centres(x), c -> Double.isInfinite(c) ? 1 : 0);
    }

    private Tensor inexact(int operand) {
      return Tensors.map(Tensors.radii(operands.get(operand)), r -> r > 0 ? 1 : 0);
    }

    /** {@return an upper limit for the number of terms in one sum} */
    private double terms() {
      long[] x = operands.getFirst().low.shape();
      return switch (node.op()) {
        case "matmul/1" -> (double) x[x.length - 1];
        case "conv/1" -> {
          long[] weights = operands.get(1).low.shape();
          yield (double) operands.get(1).size() / Math.max(1, weights[0]);
        }
        case "window_sum/1" ->
            Arrays.stream(node.attributes().integers("window"))
                .asDoubleStream()
                .reduce(1, (a, b) -> a * b);
        case "scatter/1" -> 1 + (double) operands.get(2).size();
        default -> (double) operands.getFirst().size();
      };
    }

    private Enclosure product() {
      Enclosure x = operands.getFirst();
      if (!type.isFloat()) {
        return isExact() ? exact(0) : anything(type, 0);
      }
      Tensor magnitudes = Tensors.magnitudes(x);
      Tensor value = evaluate(Tensors.centres(x));
      Tensor upper = evaluate(magnitudes);
      Tensor central = evaluate(Tensors.map(Tensors.centres(x), c -> finite(c) ? Math.abs(c) : 0));
      Tensor largest = evaluate(Tensors.map(magnitudes, m -> Math.max(1, m)));
      Tensor smallest = evaluate(Tensors.map(magnitudes, m -> m == 0 ? 1 : Math.min(1, m)));
      Tensor loose = Tensors.filled(0, value.shape());
      boolean unusable = Arrays.stream(Tensors.unusable(x).toDoubles()).anyMatch(m -> m != 0);
      if (unusable || (!x.isExact() && holdsInfinity(x))) {
        loose = Tensors.filled(1, value.shape());
      }
      DType computed = Accuracy.computed(type);
      Tensor low = Tensors.like(value);
      Tensor high = Tensors.like(value);
      for (long i = 0; i < value.elements(); i++) {
        double v = value.getDouble(i);
        double most = upper.getDouble(i);
        double error = 0;
        if (Double.isFinite(v)) {
          error =
              most - central.getDouble(i) + slack * Accuracy.sum(type, (double) x.size(), most, v);
        }
        // A partial product may overflow or vanish in one order and not in another.
        if (!(largest.getDouble(i) < Accuracy.greatest(computed))
            || smallest.getDouble(i)
                < 2 * Accuracy.ulp(computed, 0) / Accuracy.unitRoundoff(computed)) {
          loose.setDouble(i, 1);
        }
        setEnds(low, high, i, v - error, v + error);
      }
      return new Enclosure(type, low, high, loose);
    }

    /** {@return whether an element is infinite, so that one that may be 0 makes NaN of it} */
    private static boolean holdsInfinity(Enclosure x) {
      return Arrays.stream(Tensors.centres(x).toDoubles()).anyMatch(Double::isInfinite);
    }

    private Enclosure elementwise() {
      if (node.op().equals("select/1")) {
        return Choice.of(type, operands);
      }
      boolean narrowing =
          node.op().equals("cast/1") && type.isFloat() && operands.getFirst().isFloat();
      Corners corners = new Corners(node, operands);
      int count = operands.size();
      List<Tensor> results = new ArrayList<>();
      for (int corner = 0; corner < 1 << count; corner++) {
        List<Tensor> ends = corners.ends(corner);
        if (ends != null) {
          // The rounding of a cast is part of its error, so that it has no jumps.
          results.add(narrowing ? ends.getFirst() : evaluate(ends).getFirst());
        }
      }
      Tensor low = Tensors.like(results.getFirst());
      Tensor high = Tensors.like(results.getFirst());
      Tensor loose = Tensors.filled(0, low.shape());
      boolean anyLoose = false;
      for (long i = 0; i < low.elements(); i++) {
        boolean uncertain = corners.isUncertain(i);
        if (type.isFloat()) {
          uncertain |= corners.spans(results, i, low, high);
          double units = slack * Accuracy.units(node.op(), rounded);
          double least = low.getDouble(i);
          double most = high.getDouble(i);
          double floor = corners.floor(i);
          double widened = least - Accuracy.error(units, type, least);
          setEnds(
              low,
              high,
              i,
              least >= floor && widened < floor ? floor : widened,
              most + Accuracy.error(units, type, most));
        } else {
          corners.spansIntegers(results, i, low, high, type == DType.BOOL);
        }
        loose.setDouble(i, uncertain ? 1 : 0);
        anyLoose |= uncertain;
      }
      return new Enclosure(type, low, high, anyLoose ? loose : null);
    }

    /** Sets both ends; what may overflow the type may be infinite, or not be rounded yet. */
    private void setEnds(Tensor low, Tensor high, long i, double least, double most) {
      double overflow = Accuracy.overflow(type);
      double greatest = Accuracy.greatest(type);
      boolean infinite = least == most && !finite(least);
      if (!infinite && most >= overflow) {
        most = Double.POSITIVE_INFINITY;
        least = Math.min(least, greatest);
      }
      if (!infinite && least <= -overflow) {
        least = Double.NEGATIVE_INFINITY;
        most = Math.max(most, -greatest);
      }
      low.setDouble(i, least);
      high.setDouble(i, most);
    }

    private static boolean finite(double value) {
      return Double.isFinite(value);
    }
  }
}
