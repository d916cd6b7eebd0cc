package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Elementwise functions to their units in the last place (N-401) and GELU (N-402). */
final class FunctionChecks {
  private static final int QUICK_PATTERNS = 1 << 16;
  private static final int FULL_PATTERNS = 1 << 22;
  private static final int CHUNK = 1 << 18;
  private static final double F32_ULP = 0x1p-23;

  private record Function(double units, int operands, FunctionCase.Operation operation) {}

  private static final Map<String, Function> FUNCTIONS = new LinkedHashMap<>();

  static {
    // The full profile of OpenCL C, section 7.4; tanh, erf, sigmoid and rsqrt are this kit's.
    unary("sqrt/1", 3, Value::sqrt);
    unary("halyard.rsqrt/1", 2, Value::rsqrt);
    unary("exp/1", 3, Value::exp);
    unary("log/1", 3, Value::log);
    unary("sin/1", 4, Value::sin);
    unary("cos/1", 4, Value::cos);
    unary("tanh/1", 5, Value::tanh);
    unary("halyard.sigmoid/1", 8, Value::sigmoid);
    unary("erf/1", 16, Value::erf);
    binary("add/1", 0.5, x -> x.get(0).add(x.get(1)));
    binary("sub/1", 0.5, x -> x.get(0).sub(x.get(1)));
    binary("mul/1", 0.5, x -> x.get(0).mul(x.get(1)));
    binary("div/1", 2.5, x -> x.get(0).div(x.get(1)));
    binary("pow/1", 16, x -> x.get(0).pow(x.get(1)));
  }

  private FunctionChecks() {}

  private static void unary(String op, double units, UnaryOperator<Value> operation) {
    FUNCTIONS.put(op, new Function(units, 1, x -> operation.apply(x.getFirst())));
  }

  private static void binary(String op, double units, FunctionCase.Operation operation) {
    FUNCTIONS.put(op, new Function(units, 2, operation));
  }

  /** {@return the greatest error of an elementwise function at a result} */
  static double bound(DType dtype, String op, double exact) {
    Function function = FUNCTIONS.get(op);
    if (function == null) {
      throw new IllegalArgumentException("no function is " + op);
    }
    return bound(dtype, op, function.units, exact);
  }

  static void addTo(List<Check> checks) {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
      FUNCTIONS.forEach(
          (op, function) ->
              checks.add(
                  Check.of("N-401", "", trial -> withinUnits(trial, dtype, op, function))
                      .about(op, dtype.toString())));
      for (Gelu formula : Gelu.values()) {
        String op = "halyard.gelu." + (formula == Gelu.ERF ? "erf/1" : "tanh/1");
        checks.add(
            Check.of("N-402", "", trial -> gelu(trial, dtype, formula))
                .about(op, dtype.toString()));
      }
    }
  }

  /** Receives the operands of a part of the patterns. */
  @FunctionalInterface
  private interface Part {
    void check(List<Tensor> operands);
  }

  private static void eachPart(Trial trial, DType dtype, int operands, Part part) {
    SplittableRandom random = trial.random();
    if (operands == 1 && dtype.bytes() == 2) {
      part.check(List.of(Patterns.all(dtype)));
      return;
    }
    if (operands == 2) {
      part.check(Patterns.specialPairs(dtype));
    }
    int count = trial.settings().isFull() ? FULL_PATTERNS : QUICK_PATTERNS;
    for (int done = 0; done < count; done += CHUNK) {
      int size = Math.min(CHUNK, count - done);
      Tensor x = Patterns.stratified(dtype, size, random);
      if (operands == 1) {
        part.check(List.of(x));
      } else {
        Tensor y = Patterns.stratified(dtype, size, random);
        shuffle(y, random);
        part.check(List.of(x, y));
      }
    }
  }

  /** So that exponents meet at random. */
  private static void shuffle(Tensor tensor, SplittableRandom random) {
    for (int i = (int) tensor.elements() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double kept = tensor.getDouble(i);
      tensor.setDouble(i, tensor.getDouble(other));
      tensor.setDouble(other, kept);
    }
  }

  private static void withinUnits(Trial trial, DType dtype, String op, Function function) {
    Denormals denormals = Denormals.of(trial);
    ErrorStats stats = new ErrorStats();
    eachPart(
        trial,
        dtype,
        function.operands,
        operands -> {
          FunctionCase tested = FunctionCase.of(op, function.operation, operands);
          compare(
              denormals,
              tested,
              run(trial, tested),
              stats,
              (exact, at) -> bound(dtype, op, function.units, exact));
        });
    stats.settle(trial, op);
  }

  /**
   * One unit of a 16-bit type, in which a result computed in F32 is rounded once. The body of
   * sigmoid, 1 / (1 + e^-x), gives 0 where e^-x overflows.
   */
  private static double bound(DType dtype, String op, double units, double exact) {
    // The reference's own error, beside which half a unit would be exact.
    double own = Math.abs(exact) * 0x1p-50;
    double tiny = op.equals("halyard.sigmoid/1") ? Float.MIN_NORMAL : 0;
    return dtype == DType.F32
        ? units * FloatType.of(dtype).ulp(exact) + own + tiny
        : FloatType.of(dtype).ulp(exact) + tiny;
  }

  private static void gelu(Trial trial, DType dtype, Gelu formula) {
    Denormals denormals = Denormals.of(trial);
    ErrorStats stats = new ErrorStats();
    eachPart(
        trial,
        dtype,
        1,
        operands -> {
          FunctionCase tested = FunctionCase.of("gelu", x -> x.getFirst().gelu(formula), operands);
          compare(
              denormals,
              tested,
              run(trial, tested),
              stats,
              (exact, at) -> geluBound(dtype, exact, tested.operands().getFirst()[at]));
        });
    stats.settle(trial, "gelu " + formula);
  }

  private static double geluBound(DType dtype, double exact, double x) {
    double computed = 4 * FloatType.of(DType.F32).ulp(exact) + 16 * F32_ULP * Math.abs(x) / 2;
    return dtype == DType.F32 ? computed : computed + FloatType.of(dtype).ulp(exact);
  }

  /** The greatest error of an element. */
  @FunctionalInterface
  interface Bound {
    double of(double exact, int index);
  }

  /**
   * Compares results with exact ones, infinity included: what may round to it may be it.
   *
   * @param denormals what the device says of them
   * @param tested the exact results
   * @param found the device's
   * @param stats collects the errors
   * @param bound the greatest error of an element
   */
  static void compare(
      Denormals denormals, FunctionCase tested, Tensor found, ErrorStats stats, Bound bound) {
    FloatType type = FloatType.of(found.dtype());
    double[] vanished = tested.exact(denormals);
    for (int i = 0; i < tested.exact().length; i++) {
      int at = i;
      double value = found.getDouble(i);
      Wanted wanted = Wanted.of(type, tested.exact()[i], bound, i);
      if (denormals.flushed() && !wanted.allows(value)) {
        Wanted other = Wanted.of(type, vanished[i], bound, i);
        boolean zero = value == 0 && (wanted.mayVanish(type) || other.mayVanish(type));
        wanted = zero ? Wanted.ZERO : other.allows(value) ? other : wanted;
      }
      stats.add(value, wanted.value, wanted.error, () -> tested.place(at));
    }
  }

  /** What an element should be, and how far it may be from that. */
  private record Wanted(double value, double error) {
    static final Wanted ZERO = new Wanted(0, 0);

    static Wanted of(FloatType type, double exact, Bound bound, int index) {
      double error = Double.isFinite(exact) ? bound.of(exact, index) : 0;
      boolean overflows = Double.isFinite(exact) && Math.abs(exact) + error >= type.overflow();
      if (!overflows) {
        return new Wanted(exact, error);
      }
      boolean surely = Math.abs(exact) - error >= type.overflow();
      return surely
          ? new Wanted(Math.copySign(Double.POSITIVE_INFINITY, exact), 0)
          : new Wanted(exact, Double.NaN);
    }

    boolean allows(double found) {
      return Double.isNaN(value)
          ? Double.isNaN(found)
          : !Double.isFinite(error) || found == value || Math.abs(found - value) <= error;
    }

    boolean mayVanish(FloatType type) {
      return value != 0 && Math.abs(value) - error < type.minNormal();
    }
  }

  private static Tensor run(Trial trial, FunctionCase tested) {
    return DotCase.output(trial.subject().run(tested.test().graph(), tested.test().inputs()));
  }
}
