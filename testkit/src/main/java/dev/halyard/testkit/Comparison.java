package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Tensor;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Holds the outputs of a device against the reference.
 *
 * <p>Integers, BOOL and moved elements must be equal (a NaN to any NaN). A float must lie within an
 * interval that follows from the graph: sums within gamma(n) of their magnitudes, functions within
 * their units in the last place, both carried through the graph (see {@link ErrorAnalysis}). NaN
 * must be NaN. Nothing is asked where a partial sum may overflow, or where the exact operands lie
 * so close to a jump of a function that either side is correct; {@link #checked} counts the others.
 */
public final class Comparison {
  private static final Set<String> SIGN_KEEPING =
      Set.of(
          "neg/1",
          "abs/1",
          "min/1",
          "max/1",
          "select/1",
          "floor/1",
          "ceil/1",
          "round/1",
          "sqrt/1",
          "reshape/1",
          "transpose/1",
          "broadcast/1",
          "slice/1",
          "concat/1",
          "pad/1",
          "gather/1",
          "cast/1",
          "reduce_max/1",
          "reduce_min/1",
          "window_max/1");

  private final Case tested;
  private final List<Enclosure> expected;
  private final boolean signed;
  private long checked;

  private Comparison(Case tested, List<Enclosure> expected, boolean signed) {
    this.tested = tested;
    this.expected = expected;
    this.signed = signed;
  }

  /**
   * {@return what a correct device may make of a case}
   *
   * @param tested the graph and its inputs
   * @param reference evaluates single nodes in double precision
   */
  public static Comparison of(Case tested, Reference reference) {
    return of(tested, reference, Dims.none());
  }

  /**
   * {@return what a correct device may make of a case}
   *
   * @param tested the graph and its inputs
   * @param reference evaluates single nodes in double precision
   * @param dims a value for every symbol of the graph
   */
  public static Comparison of(Case tested, Reference reference, Dims dims) {
    return of(tested, reference, dims, Set.of());
  }

  /**
   * {@return what a device may make of a case that rounds some functions correctly}
   *
   * @param tested the graph and its inputs
   * @param reference evaluates single nodes in double precision
   * @param dims a value for every symbol of the graph
   * @param rounded the ids of elementwise primitives of which half a unit in the last place is
   *     asked, whatever others may do
   */
  public static Comparison of(Case tested, Reference reference, Dims dims, Set<String> rounded) {
    return of(tested, new ErrorAnalysis(reference, dims, rounded, false));
  }

  /**
   * {@return what a device may make of a case that takes denormals for zeros}
   *
   * @param tested the graph and its inputs
   * @param reference evaluates single nodes in double precision
   */
  public static Comparison flushing(Case tested, Reference reference) {
    return of(tested, new ErrorAnalysis(reference, Dims.none(), Set.of(), true));
  }

  /**
   * {@return what asks for the very elements}
   *
   * @param tested the graph and its inputs
   * @param outputs a tensor per output and state, by name: what the reference makes of them
   */
  public static Comparison exact(Case tested, Map<String, Tensor> outputs) {
    List<Enclosure> wanted = new ArrayList<>();
    for (String port : tested.graph().outputNames()) {
      wanted.add(Enclosure.exact(Objects.requireNonNull(outputs.get(port), port)));
    }
    return new Comparison(tested, wanted, true);
  }

  private static Comparison of(Case tested, ErrorAnalysis analysis) {
    List<Enclosure> inputs =
        tested.graph().inputs().stream()
            .map(input -> Enclosure.exact(tested.input(input.name())))
            .toList();
    List<Enclosure> outputs = analysis.outputs(tested.graph(), inputs);
    List<? extends NodeView> nodes = tested.graph().nodes();
    boolean signed = nodes.stream().allMatch(node -> SIGN_KEEPING.contains(node.op()));
    return new Comparison(tested, outputs, signed);
  }

  /** {@return how many elements the last check asked something of} */
  public long checked() {
    return checked;
  }

  /** {@return how many elements there are} */
  public long elements() {
    return expected.stream().mapToLong(Enclosure::size).sum();
  }

  /**
   * Compares.
   *
   * @param found a tensor per output and state, by name
   * @throws AssertionError if an output is missing, of another type, or wrong; the message shows
   *     the worst element, the case and the graph
   */
  public void check(Map<String, Tensor> found) {
    checked = 0;
    for (int i = 0; i < expected.size(); i++) {
      String port = tested.graph().outputNames().get(i);
      Tensor output = found.get(port);
      if (output == null) {
        throw failure("output '" + port + "' is missing; found are " + found.keySet());
      }
      check(port, expected.get(i), output);
    }
  }

  private void check(String port, Enclosure wanted, Tensor found) {
    if (found.dtype() != wanted.dtype || !Arrays.equals(found.shape(), wanted.low.shape())) {
      throw failure(
          "output '"
              + port
              + "' should be "
              + wanted.dtype
              + Arrays.toString(wanted.low.shape())
              + ", is "
              + found.dtype()
              + Arrays.toString(found.shape()));
    }
    long wrong = 0;
    long worst = -1;
    double worstDistance = -1;
    for (long i = 0; i < wanted.size(); i++) {
      checked += wanted.isLoose(i) ? 0 : 1;
      if (!isRight(wanted, found, i)) {
        wrong++;
        double distance = distance(wanted, found, i);
        if (distance > worstDistance) {
          worst = i;
          worstDistance = distance;
        }
      }
    }
    if (wrong > 0) {
      throw failure(describe(port, wanted, found, worst, wrong));
    }
  }

  private boolean isRight(Enclosure wanted, Tensor found, long i) {
    if (wanted.isLoose(i)) {
      return true;
    }
    if (!wanted.isFloat()) {
      long value = found.getLong(i);
      boolean truth = wanted.dtype != DType.BOOL || isTruth(found, i);
      return truth && value >= wanted.low.getLong(i) && value <= wanted.high.getLong(i);
    }
    double value = found.getDouble(i);
    double low = wanted.low(i);
    if (Double.isNaN(low) || Double.isNaN(value)) {
      return Double.isNaN(low) && Double.isNaN(value);
    }
    boolean zero = signed && value == 0 && low == 0 && wanted.high(i) == 0;
    return value >= low
        && value <= wanted.high(i)
        && (!zero || Math.copySign(1, value) == Math.copySign(1, low));
  }

  /** A device writes 0 or 1 for BOOL and nothing else. */
  private static boolean isTruth(Tensor found, long i) {
    byte stored = found.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
    return stored == 0 || stored == 1;
  }

  /** {@return how far outside its interval an element is, in widths of it} */
  private static double distance(Enclosure wanted, Tensor found, long i) {
    double value = found.getDouble(i);
    double outside = Math.max(wanted.low(i) - value, value - wanted.high(i));
    double width = Math.max(wanted.high(i) - wanted.low(i), Double.MIN_NORMAL);
    double distance = Math.abs(outside) / width;
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }

  private String describe(String port, Enclosure wanted, Tensor found, long i, long wrong) {
    String value =
        wanted.isFloat() ? String.valueOf(found.getDouble(i)) : String.valueOf(found.getLong(i));
    String low =
        wanted.isFloat() ? String.valueOf(wanted.low(i)) : String.valueOf(wanted.low.getLong(i));
    String high =
        wanted.isFloat() ? String.valueOf(wanted.high(i)) : String.valueOf(wanted.high.getLong(i));
    return "output '"
        + port
        + "' "
        + found.dtype()
        + Arrays.toString(found.shape())
        + ": "
        + wrong
        + " of "
        + wanted.size()
        + " elements are wrong; the worst at "
        + coordinates(i, found.shape())
        + " is "
        + value
        + ", should be from "
        + low
        + " to "
        + high;
  }

  private static String coordinates(long index, long... shape) {
    long[] at = new long[shape.length];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = index % shape[axis];
      index /= shape[axis];
    }
    return Arrays.toString(at);
  }

  private AssertionError failure(String what) {
    return new AssertionError(what + "\n" + tested.name() + "\n" + tested.graph());
  }
}
