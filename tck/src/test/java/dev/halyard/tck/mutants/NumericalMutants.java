package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Mutants whose results are wrong. */
final class NumericalMutants {
  private NumericalMutants() {}

  private static boolean isF32(Node node, String op) {
    return node.op().equals(op) && node.inputs().getFirst().dtype() == DType.F32;
  }

  private static boolean isEmpty(Node node) {
    boolean symbolic =
        node.inputs().stream()
            .anyMatch(v -> v.shape().dims().stream().anyMatch(d -> !d.isConstant()));
    return symbolic
        || node.inputs().stream().anyMatch(v -> Arrays.stream(extents(v)).anyMatch(e -> e == 0));
  }

  private static long[] extents(Value value) {
    return value.shape().toArray();
  }

  private static Value through(Value value, DType narrow) {
    return value.cast(narrow).cast(value.dtype());
  }

  /** Rounds the operands of F32 products to BF16. */
  @Breaks(
      fault = "F32 products take BF16 inputs",
      aim = {"N-202", "N-302"},
      also = {
        "N-105", "N-301", "N-303", "N-405", "N-501", "N-601", "N-602", "N-604", "N-605", "N-702",
        "N-704", "N-801", "N-803", "N-404", "S-401", "S-501", "N-901"
      })
  public static final class Bf16Inputs extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isF32(node, "matmul/1")
          ? Optional.of(
              through(operands.get(0), DType.BF16).matmul(through(operands.get(1), DType.BF16)))
          : Optional.empty();
    }
  }

  /** Rounds the operands of F32 products to 11 bits, as TF32 does. */
  @Breaks(
      fault = "F32 products take inputs of 11 bits",
      aim = {"N-202", "N-302"},
      also = {
        "N-105", "N-301", "N-303", "N-404", "N-405", "N-601", "N-602", "N-604", "N-605", "N-702",
        "N-704", "N-801", "N-901"
      })
  public static final class Tf32Inputs extends Mutant {
    /** Above it the splitting would overflow. */
    private static final double LARGE = 0x1p100;

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isF32(node, "matmul/1")
          ? Optional.of(narrowed(operands.get(0), to).matmul(narrowed(operands.get(1), to)))
          : Optional.empty();
    }

    /** Leaves 10 of 23 fraction bits: T. J. Dekker, "A floating-point technique" (1971). */
    private static Value narrowed(Value x, GraphCopy to) {
      Value shifted = x.mul(0x1p13 + 1);
      Value high = shifted.sub(shifted.sub(x));
      return x.abs().lt(to.scalar(x.dtype(), LARGE).broadcast(x.shape())).select(high, x);
    }
  }

  /** Adds up the parts of an F32 sum of products in F16. */
  @Breaks(
      fault = "F32 products are accumulated in F16",
      aim = {"N-202", "N-301"},
      also = {
        "N-105", "N-302", "N-303", "N-404", "N-405", "N-601", "N-602", "N-604", "N-605", "N-702",
        "N-704", "N-801", "S-302", "S-401", "N-901", "R-102", "R-103", "R-104", "R-105"
      })
  public static final class F16Accumulation extends Mutant {
    private static final long PARTS = 8;

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value a = operands.isEmpty() ? null : operands.getFirst();
      if (a == null || !isF32(node, "matmul/1") || isEmpty(node)) {
        return Optional.empty();
      }
      int inner = a.shape().rank() - 1;
      long k = extents(a)[inner];
      long step = Math.ceilDiv(k, Math.min(k, PARTS));
      Value sum = through(product(a, operands.get(1), 0, step), DType.F16);
      for (long from = step; from < k; from += step) {
        Value part = product(a, operands.get(1), from, Math.min(step, k - from));
        sum = through(sum.add(part), DType.F16);
      }
      return Optional.of(sum);
    }

    private static Value product(Value a, Value b, long from, long count) {
      int inner = a.shape().rank() - 1;
      return part(a, inner, from, count).matmul(part(b, inner - 1, from, count));
    }

    private static Value part(Value value, int axis, long from, long count) {
      long[] start = new long[value.shape().rank()];
      long[] size = extents(value);
      start[axis] = from;
      size[axis] = count;
      return value.slice(Shape.of(start), Shape.of(size));
    }
  }

  /** Leaves the last product out of a sum. */
  @Breaks(
      fault = "the last k of a product is dropped",
      aim = {"N-201", "N-202"},
      also = {
        "N-105", "N-203", "N-301", "N-302", "N-303", "N-404", "N-405", "N-601", "N-602", "N-604",
        "N-605", "N-704", "N-801", "N-803", "S-302", "S-401", "N-901", "R-103", "R-104", "R-105",
        "R-201", "R-202", "R-301", "R-302", "R-402", "R-601", "L-004", "N-204", "R-101", "R-102",
        "R-501", "R-502", "S-303", "S-305", "S-501", "S-502"
      })
  public static final class DroppedLastK extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!node.op().equals("matmul/1") || isEmpty(node)) {
        return Optional.empty();
      }
      Value a = operands.get(0);
      Value b = operands.get(1);
      int rank = a.shape().rank();
      long k = extents(a)[rank - 1];
      if (k < 2) {
        return Optional.empty();
      }
      Value shortA = first(a, rank - 1, k - 1);
      return Optional.of(shortA.matmul(first(b, rank - 2, k - 1), node.attributes().dtype("to")));
    }

    private static Value first(Value value, int axis, long count) {
      long[] size = extents(value);
      size[axis] = count;
      return value.slice(Shape.of(new long[size.length]), Shape.of(size));
    }
  }

  /** Makes one element in 500 of a product 0.2% too large. */
  @Breaks(
      fault = "one element of a product is 0.2% off",
      aim = {"N-202", "N-301"},
      also = {
        "N-105", "N-201", "N-203", "N-302", "N-303", "N-404", "N-405", "N-601", "N-602", "N-604",
        "N-605", "N-702", "N-704", "N-801", "S-302", "S-401", "N-901", "N-703", "R-103", "R-104",
        "R-105", "R-201", "R-202", "R-301", "R-302", "R-402", "R-601"
      })
  public static final class OneElementOff extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value result = node.outputs().getFirst();
      if (!isF32(node, "matmul/1") || isEmpty(node) || result.shape().elements() < 100) {
        return Optional.empty();
      }
      Tensor mask = TensorArena.ofAuto().allocate(DType.F32, extents(result));
      for (long i = 0; i < mask.elements(); i++) {
        mask.setDouble(i, i % 500 == 77 ? 1.002 : 1);
      }
      return Optional.of(operands.get(0).matmul(operands.get(1)).mul(to.constant(mask)));
    }
  }

  /** Computes GELU by the formula with tanh, whatever the graph says. */
  @Breaks(
      fault = "GELU by tanh where erf is asked for",
      aim = {"N-402", "N-602"},
      also = {"N-601", "N-604", "N-605", "N-901"})
  public static final class TanhForErf extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.op().equals("halyard.gelu.erf/1")
          ? Optional.of(operands.getFirst().gelu(Gelu.TANH))
          : Optional.empty();
    }
  }

  /** Leaves epsilon out of normalisations. */
  @Breaks(
      fault = "normalisations lack their epsilon",
      aim = "N-603",
      also = {"N-601", "N-604", "N-605"})
  public static final class MissingEpsilon extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.attributes().names().contains("epsilon")
          ? Optional.of(to.same(node, node.attributes().with("epsilon", 0.0), operands).getFirst())
          : Optional.empty();
    }
  }

  /** Shifts windows with padding by one. */
  @Breaks(
      fault = "padding is off by one",
      aim = "N-802",
      also = {
        "N-105", "N-202", "N-203", "N-204", "N-301", "N-302", "N-303", "N-404", "N-601", "N-604",
        "N-605"
      })
  public static final class PaddingOffByOne extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Attributes attributes = node.attributes();
      if (!Set.of("conv/1", "window_sum/1", "window_max/1").contains(node.op())) {
        return Optional.empty();
      }
      long[] low = attributes.integers("pad_low").clone();
      long[] high = attributes.integers("pad_high").clone();
      for (int i = 0; i < low.length; i++) {
        if (low[i] > 0) {
          low[i]--;
          high[i]++;
        }
      }
      return Arrays.equals(low, attributes.integers("pad_low"))
          ? Optional.empty()
          : Optional.of(
              to.same(node, attributes.with("pad_low", low).with("pad_high", high), operands)
                  .getFirst());
    }
  }

  /** Subtracts from zero to negate, which makes +0 of -0's place. */
  @Breaks(
      fault = "the sign of zero is lost",
      aim = "N-403",
      also = {"N-105", "N-604", "N-601"})
  public static final class NegativeZeroLost extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value x = operands.isEmpty() ? null : operands.getFirst();
      return node.op().equals("neg/1") && x != null && x.dtype().isFloat()
          ? Optional.of(x.neg().add(to.scalar(x.dtype(), 0)))
          : Optional.empty();
    }
  }

  /** Makes zeros of denormal products. */
  @Breaks(
      fault = "denormals are flushed and the descriptor does not say so",
      aim = "N-405",
      also = {"N-105", "N-401", "N-404", "N-605"})
  public static final class FlushedDenormals extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!isF32(node, "mul/1")) {
        return Optional.empty();
      }
      Value product = operands.get(0).mul(operands.get(1));
      Value tiny =
          product.abs().lt(to.scalar(DType.F32, Float.MIN_NORMAL).broadcast(product.shape()));
      return Optional.of(tiny.select(product.mul(0), product));
    }
  }

  /** Ignores NaN in maxima. */
  @Breaks(
      fault = "NaN is swallowed by maxima",
      aim = {"N-403", "N-404"},
      also = {"N-105", "N-601", "N-604", "N-605"})
  public static final class NanSwallowed extends Mutant {
    private static final Set<String> MAXIMA = Set.of("max/1", "reduce_max/1", "window_max/1");

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!MAXIMA.contains(node.op()) || !operands.getFirst().dtype().isFloat()) {
        return Optional.empty();
      }
      List<Value> numbers = operands.stream().map(x -> number(x, to)).toList();
      return Optional.of(to.same(node, node.attributes(), numbers).getFirst());
    }

    private static Value number(Value x, GraphCopy to) {
      Value least = to.scalar(x.dtype(), Double.NEGATIVE_INFINITY).broadcast(x.shape());
      return x.eq(x).select(x, least);
    }
  }

  /** Rounds ties away from even ones when it quantizes. */
  @Breaks(
      fault = "quantize rounds half up where half even is asked for",
      aim = "N-204",
      also = {"N-105", "N-601", "N-604", "N-605"})
  public static final class HalfUp extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean even =
          node.op().equals("quantize/1") && node.attributes().text("rounding").equals("HALF_EVEN");
      return even
          ? Optional.of(
              to.same(node, node.attributes().with("rounding", "HALF_UP"), operands).getFirst())
          : Optional.empty();
    }
  }

  /** Leaves the maximum out of softmax. */
  @Breaks(
      fault = "softmax does not subtract the maximum",
      aim = "N-501",
      also = {"N-404", "N-601", "N-604", "N-605"})
  public static final class SoftmaxWithoutMax extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!isF32(node, "halyard.softmax/1")) {
        return Optional.empty();
      }
      Value e = operands.getFirst().exp();
      return Optional.of(e.div(e.reduceSum(true, node.attributes().integer("axis"))));
    }
  }

  /** Stops at the greatest number of F16. */
  @Breaks(
      fault = "F16 saturates where it overflows to infinity",
      aim = "N-404",
      also = {"N-105", "N-401", "N-605"})
  public static final class F16Saturates extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean product = node.op().equals("mul/1") && operands.getFirst().dtype() == DType.F16;
      return product
          ? Optional.of(
              operands
                  .get(0)
                  .cast(DType.F32)
                  .mul(operands.get(1).cast(DType.F32))
                  .clip(-65504, 65504)
                  .cast(DType.F16))
          : Optional.empty();
    }
  }

  /** Gives the last of equal elements where the first is asked for. */
  @Breaks(
      fault = "argmax takes the last of equals",
      aim = "N-105",
      also = {"N-203", "N-605", "N-601", "N-604"})
  public static final class LastOfEquals extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.op().equals("argmax/1") && !node.attributes().flag("select_last")
          ? Optional.of(
              to.same(node, node.attributes().with("select_last", true), operands).getFirst())
          : Optional.empty();
    }
  }

  /** Saturates where integers wrap. */
  @Breaks(
      fault = "integer sums saturate where they wrap",
      aim = "N-203",
      also = {"N-105", "N-605"})
  public static final class IntegersSaturate extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean bytes = node.op().equals("add/1") && operands.getFirst().dtype() == DType.I8;
      return bytes
          ? Optional.of(
              operands
                  .get(0)
                  .cast(DType.I32)
                  .add(operands.get(1).cast(DType.I32))
                  .clip(-128, 127)
                  .cast(DType.I8))
          : Optional.empty();
    }
  }

  /** Is off by five units in the last place. */
  @Breaks(
      fault = "exp is five units off",
      aim = "N-401",
      also = {"N-105", "N-602", "N-601", "N-604", "N-605", "N-501", "N-901"})
  public static final class InexactExp extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isF32(node, "exp/1")
          ? Optional.of(operands.getFirst().exp().mul(1 + 5 * 0x1p-23))
          : Optional.empty();
    }
  }

  /** Leaves the last element of each row out of its sum. */
  @Breaks(
      fault = "sums leave out the tail of rows",
      aim = {"N-201", "N-301"},
      also = {
        "N-105", "N-202", "N-203", "N-302", "N-303", "N-404", "N-501", "N-601", "N-603", "N-604",
        "N-605", "R-101", "R-102", "R-103", "R-104", "R-105", "R-201", "R-202", "R-301", "R-302",
        "R-402", "R-501", "R-502", "R-601", "S-302", "S-303", "S-305", "S-401", "S-501", "S-502"
      })
  public static final class TailDropped extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!node.op().equals("reduce_sum/1") || isEmpty(node)) {
        return Optional.empty();
      }
      Value x = operands.getFirst();
      int inner = x.shape().rank() - 1;
      boolean sumsRows =
          inner >= 0
              && IntStream.range(0, node.attributes().integers("axes").length)
                  .anyMatch(
                      i ->
                          Math.floorMod(node.attributes().integers("axes")[i], inner + 1) == inner);
      if (!sumsRows || extents(x)[inner] < 2) {
        return Optional.empty();
      }
      long[] size = extents(x);
      size[inner]--;
      Value rows = x.slice(Shape.of(new long[size.length]), Shape.of(size));
      return Optional.of(to.same(node, node.attributes(), List.of(rows)).getFirst());
    }
  }

  /** Claims to sort and does not. */
  @Breaks(
      fault = "an operation that the plugin cannot do is claimed and answered wrongly",
      aim = "N-105",
      also = {"N-203", "N-601", "N-604", "N-605"})
  public static final class SortsNothing extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      // Its second result is left alone, so only graphs that use the first show the fault.
      boolean alone = node.op().equals("halyard.cumsum/1") || node.op().equals("rem/1");
      return alone ? Optional.of(operands.getFirst()) : Optional.empty();
    }
  }
}
