package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * Quantising, and products of quantised numbers (N-204). Scales are powers of two, so that results
 * are exact before they are rounded, many of them ties.
 */
final class QuantizedChecks {
  private static final List<String> ROUNDINGS = List.of("HALF_EVEN", "HALF_UP");
  private static final int ROWS = 14;
  private static final int TERMS = 24;
  private static final int COLUMNS = 18;
  private static final DotCase.Conv CONV = new DotCase.Conv(2, 1, 3, 6, 8, 3, 1, 1, 1, 1);

  private QuantizedChecks() {}

  static void addTo(List<Check> checks) {
    for (String rounding : ROUNDINGS) {
      for (DType to : List.of(DType.I8, DType.U8, DType.I16)) {
        checks.add(
            Check.of("N-204", "ties " + rounding, trial -> quantizesTies(trial, to, rounding))
                .about("quantize/1", to.toString()));
      }
      products(checks, DType.I8, DType.I8, DType.I8, rounding);
      products(checks, DType.U8, DType.I8, DType.U8, rounding);
      products(checks, DType.U8, DType.U8, DType.U8, rounding);
      products(checks, DType.I8, DType.I8, DType.U8, rounding);
      products(checks, DType.I16, DType.I8, DType.I8, rounding);
      products(checks, DType.I16, DType.I16, DType.I16, rounding);
    }
    for (DType to : List.of(DType.F32, DType.F16, DType.BF16)) {
      dequantizes(checks, DType.I8, to);
      dequantizes(checks, DType.U8, to);
    }
    dequantizes(checks, DType.I16, DType.F32);
    dequantizes(checks, DType.I32, DType.F32);
  }

  private static void products(
      List<Check> checks, DType left, DType right, DType to, String rounding) {
    for (boolean perChannel : new boolean[] {false, true}) {
      String name =
          "by %s to %s %s%s".formatted(right, to, rounding, perChannel ? " per channel" : "");
      Quantized operands = new Quantized(left, right, to, rounding, perChannel);
      checks.add(
          Check.of("N-204", name, operands::matmul).about("halyard.qmatmul/1", left.toString()));
      checks.add(Check.of("N-204", name, operands::conv).about("halyard.qconv/1", left.toString()));
    }
  }

  private static void dequantizes(List<Check> checks, DType from, DType to) {
    checks.add(
        Check.of("N-204", "to " + to, trial -> dequantizes(trial, from, to))
            .about("dequantize/1", from.toString()));
  }

  /** Multiples of half a step, each a tie or an integer, and values far outside the type. */
  private static void quantizesTies(Trial trial, DType to, String rounding) {
    double scale = 0.25;
    int count = 1200;
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, count);
    for (int i = 0; i < count; i++) {
      x.setDouble(i, (i - count / 2) * 0.5 * scale);
    }
    x.setDouble(0, 1e30);
    x.setDouble(1, -1e30);
    long zero = zeroPoint(to);
    Graph graph =
        Graph.of(
            "quantize",
            g -> {
              Value in = g.input("x", DType.F32, count);
              Value scales = g.scalar(DType.F32, scale);
              g.output("y", in.quantize(scales, g.constant(integer(to, zero)), 0, rounding));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < count; i++) {
      int at = i;
      double steps = x.getDouble(i) / scale;
      long wanted = requantized(steps, zero, to, rounding);
      stats.addInteger(found.getLong(i), wanted, () -> "[" + at + "] of " + steps + " steps");
    }
    stats.settle(trial, "quantize " + rounding);
  }

  private static long requantized(double steps, long zero, DType to, String rounding) {
    double rounded = rounding.equals("HALF_UP") ? Math.floor(steps + 0.5) : Math.rint(steps);
    double clamped =
        Math.clamp(rounded + zero, (double) Integers.least(to), (double) Integers.greatest(to));
    return (long) clamped;
  }

  private static long zeroPoint(DType dtype) {
    return dtype == DType.U8 ? 128 : -3;
  }

  private static Tensor integer(DType dtype, long value) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype);
    tensor.setLong(0, value);
    return tensor;
  }

  /** The zero point is an end of the type, so that differences need one more bit than it has. */
  private static void dequantizes(Trial trial, DType from, DType to) {
    double scale = 0.125;
    Tensor x = Integers.any(from, trial.random(), 1000);
    Tensor zero = integer(from, Integers.greatest(from));
    Graph graph =
        Graph.of(
            "dequantize",
            g -> {
              Value in = g.input("x", from, x.shape());
              g.output("y", in.dequantize(g.scalar(to, scale), g.constant(zero), 0));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    Tensor wanted = TensorArena.ofAuto().allocate(to, x.shape());
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < x.elements(); i++) {
      int at = i;
      wanted.setDouble(i, scale * (x.getLong(i) - zero.getLong(0)));
      stats.add(
          found.getDouble(i), wanted.getDouble(i), 0, () -> "[" + at + "] of " + x.getLong(at));
    }
    stats.settle(trial, "dequantize");
  }

  /**
   * Products of quantised numbers. A sum is multiplied by 1/8, per channel by 1/8 and 1/4 in turn.
   */
  private record Quantized(DType left, DType right, DType to, String rounding, boolean perChannel) {
    private static final double LEFT_SCALE = 0x1p-3;
    private static final double RIGHT_SCALE = 0x1p-5;
    private static final double RESULT_SCALE = 0x1p-5;

    private double rightScale(int channel) {
      return perChannel ? RIGHT_SCALE * (1 + channel % 2) : RIGHT_SCALE;
    }

    private long rightZero(int channel) {
      return zeroPoint(right) + (perChannel ? channel % 3 : 0);
    }

    void matmul(Trial trial) {
      SplittableRandom random = trial.random();
      Tensor a = operand(random, TERMS, ROWS, TERMS);
      Tensor b = weights(random, i -> i % COLUMNS, TERMS, COLUMNS);
      Tensor bias = bias(random, COLUMNS);
      long[] sums =
          Integers.matmul(
              centred(a, i -> zeroPoint(left)),
              centred(b, i -> rightZero(i % COLUMNS)),
              ROWS,
              TERMS,
              COLUMNS);
      check(trial, "halyard.qmatmul/1", Attributes.none(), a, b, bias, sums, i -> i % COLUMNS);
    }

    void conv(Trial trial) {
      SplittableRandom random = trial.random();
      int plane = CONV.result() * CONV.result();
      Tensor x = operand(random, CONV.size() * CONV.size() * CONV.in(), CONV.input());
      Tensor w = weights(random, i -> i / CONV.terms(), CONV.weights());
      Tensor bias = bias(random, CONV.out());
      long[] sums =
          Integers.conv(
              centred(x, i -> zeroPoint(left)), centred(w, i -> rightZero(i / CONV.terms())), CONV);
      check(
          trial,
          "halyard.qconv/1",
          CONV.attributes(),
          x,
          w,
          bias,
          sums,
          i -> i / plane % CONV.out());
    }

    /** Rows near the zero point, whose results are small and often ties, and of any numbers. */
    private Tensor operand(SplittableRandom random, int row, long... shape) {
      Tensor tensor = TensorArena.ofAuto().allocate(left, shape);
      for (int i = 0; i < tensor.elements(); i++) {
        long near = zeroPoint(left) + random.nextInt(-4, 5);
        tensor.setLong(i, i / row % 2 == 0 ? near : Integers.any(left, random));
      }
      return tensor;
    }

    private Tensor weights(SplittableRandom random, IntUnaryOperator channel, long... shape) {
      Tensor tensor = TensorArena.ofAuto().allocate(right, shape);
      for (int i = 0; i < tensor.elements(); i++) {
        tensor.setLong(i, rightZero(channel.applyAsInt(i)) + random.nextInt(-4, 5));
      }
      return tensor;
    }

    private static Tensor bias(SplittableRandom random, int channels) {
      Tensor tensor = TensorArena.ofAuto().allocate(DType.I32, channels);
      for (int i = 0; i < channels; i++) {
        tensor.setLong(i, random.nextInt(-20, 21));
      }
      return tensor;
    }

    private static long[] centred(Tensor x, IntToLongFunction zero) {
      long[] values = x.toLongs();
      Arrays.setAll(values, i -> values[i] - zero.applyAsLong(i));
      return values;
    }

    private void check(
        Trial trial,
        String op,
        Attributes attributes,
        Tensor a,
        Tensor b,
        Tensor bias,
        long[] sums,
        IntUnaryOperator channel) {
      Graph graph = Graph.of("product", g -> g.output("y", product(g, op, attributes, a, b, bias)));
      Map<String, Tensor> inputs = perChannel ? Map.of("a", a) : Map.of("a", a, "b", b);
      Tensor found = DotCase.output(trial.subject().run(graph, inputs));
      ErrorStats stats = new ErrorStats();
      int ties = 0;
      int saturated = 0;
      for (int i = 0; i < sums.length; i++) {
        int of = channel.applyAsInt(i);
        long sum = sums[i] + bias.getLong(of);
        double steps = sum * (LEFT_SCALE * rightScale(of) / RESULT_SCALE);
        long wanted = requantized(steps, zeroPoint(to), to, rounding);
        ties += Math.abs(steps - Math.rint(steps)) == 0.5 ? 1 : 0;
        saturated += wanted == Integers.least(to) || wanted == Integers.greatest(to) ? 1 : 0;
        int at = i;
        stats.addInteger(
            found.getLong(i), wanted, () -> DotCase.place(found, at) + " of " + steps + " steps");
      }
      if (ties == 0 || saturated == 0) {
        throw new AssertionError("no tie or no saturation was met, which is a fault of the kit");
      }
      stats.settle(trial, op);
    }

    /** Weights are constants per channel, as is usual, and an input otherwise. */
    private Value product(
        Graph.Builder g, String op, Attributes attributes, Tensor a, Tensor b, Tensor bias) {
      int channels = (int) bias.elements();
      long[] shape = perChannel ? new long[] {channels} : new long[0];
      Tensor scales = TensorArena.ofAuto().allocate(DType.F32, shape);
      Tensor zeros = TensorArena.ofAuto().allocate(right, shape);
      for (int i = 0; i < scales.elements(); i++) {
        scales.setDouble(i, rightScale(i));
        zeros.setLong(i, rightZero(i));
      }
      return g.op(
              op,
              attributes.with("rounding", rounding).with("to", to),
              g.input("a", left, a.shape()),
              g.scalar(DType.F32, LEFT_SCALE),
              g.constant(integer(left, zeroPoint(left))),
              perChannel ? g.constant(b) : g.input("b", right, b.shape()),
              g.constant(scales),
              g.constant(zeros),
              g.scalar(DType.F32, RESULT_SCALE),
              g.constant(integer(to, zeroPoint(to))),
              g.constant(bias))
          .getFirst();
    }
  }
}
