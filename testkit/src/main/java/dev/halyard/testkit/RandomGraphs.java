package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Graphs of up to 30 operations, as a network has them.
 *
 * <p>Elementwise chains, broadcasts, products, reductions, normalisations and moved elements of one
 * float type, with integers and truths among them; several outputs, some of them inputs or
 * constants or twice the same value, and at times a state. Functions keep values of everyday size,
 * so that few elements are beyond what can be compared.
 */
public final class RandomGraphs {
  private static final int MAX_NODES = 30;
  private static final int MAX_ELEMENTS = 2048;
  private static final List<DType> TYPES =
      List.of(DType.F32, DType.F32, DType.F32, DType.F64, DType.F16, DType.BF16);

  private final Draft draft;
  private final List<Value> floats = new ArrayList<>();
  private final List<Value> integers = new ArrayList<>();
  private final List<Value> truths = new ArrayList<>();

  private RandomGraphs(Draft draft) {
    this.draft = draft;
  }

  /**
   * {@return a graph and its inputs, of a random float type}
   *
   * @param seed equal seeds give equal cases
   */
  public static Case generate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return generate(TYPES.get(random.nextInt(TYPES.size())), seed);
  }

  /**
   * {@return a graph and its inputs}
   *
   * @param dtype the float type that most values have
   * @param seed equal seeds give equal cases
   */
  public static Case generate(DType dtype, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + dtype.code());
    Draft draft = new Draft("random", dtype, Samples.Flavour.ORDINARY, random);
    new RandomGraphs(draft).build();
    return draft.build("RandomGraphs.generate(DType." + dtype + ", " + seed + "L)");
  }

  private void build() {
    for (int i = draft.between(1, 3); i > 0; i--) {
      floats.add(
          draft.input(
              Samples.tensor(
                  draft.random, Samples.Flavour.ORDINARY, draft.dtype, draft.shape(0, 4))));
    }
    integers.add(draft.value(draft.oneOf(List.of(DType.I32, DType.I64)), draft.shape(0, 3)));
    Value state = draft.chance(0.2) ? draft.state(draft.dtype, draft.shape(1, 3)) : null;
    if (state != null) {
      floats.add(state);
    }
    for (int i = draft.between(1, MAX_NODES); i > 0; i--) {
      step();
    }
    if (state != null) {
      Value delta = draft.oneOf(floats);
      boolean same = delta.shape().equals(state.shape());
      draft.graph.update(state, same ? delta : state.mul(0.5).add(1));
    }
    outputs();
  }

  private void outputs() {
    draft.output(floats.getLast());
    for (int i = draft.below(3); i > 0; i--) {
      draft.output(draft.oneOf(floats));
    }
    if (draft.chance(0.3)) {
      draft.output(draft.oneOf(integers));
    }
    if (!truths.isEmpty() && draft.chance(0.3)) {
      draft.output(truths.getLast());
    }
  }

  private void step() {
    Value x = draft.chance(0.6) ? floats.getLast() : draft.oneOf(floats);
    switch (draft.below(12)) {
      case 0, 1, 2 -> keep(unary(x));
      case 3, 4 -> keep(binary(x, draft.oneOf(floats)));
      case 5 -> keep(product(x));
      case 6 -> keep(reduction(x));
      case 7 -> keep(normalization(x));
      case 8, 9 -> keep(movement(x));
      case 10 -> converted(x);
      default -> whole(draft.oneOf(integers));
    }
  }

  private void keep(Value value) {
    if (value.shape().elements() <= MAX_ELEMENTS && value.shape().rank() <= 5) {
      floats.add(value);
    }
  }

  private Value unary(Value x) {
    return switch (draft.below(14)) {
      case 0 -> x.neg();
      case 1 -> x.abs();
      case 2 -> x.tanh();
      case 3 -> x.max(-4).min(4).exp();
      case 4 -> x.abs().add(0.5).sqrt();
      case 5 -> x.erf();
      case 6 -> x.relu();
      case 7 -> x.sigmoid();
      case 8 -> x.gelu(draft.chance(0.5) ? Gelu.ERF : Gelu.TANH);
      case 9 -> x.silu();
      case 10 -> x.mul(draft.between(-3, 3) * 0.5);
      case 11 -> x.add(draft.between(-4, 4) * 0.5);
      case 12 -> x.clip(-3, 3);
      default -> x.sin();
    };
  }

  private Value binary(Value x, Value y) {
    Value fitting = fits(x, y) ? y : draft.broadcastValue(x.dtype(), x.shape().toArray());
    return switch (draft.below(7)) {
      case 0, 1 -> x.add(fitting);
      case 2 -> x.sub(fitting);
      case 3 -> x.mul(fitting).tanh();
      case 4 -> x.div(fitting.abs().add(1));
      case 5 -> x.max(fitting);
      default -> {
        Value truth = draft.chance(0.5) ? x.lt(fitting) : x.ge(fitting);
        truths.add(truth);
        yield truth.select(x, fitting);
      }
    };
  }

  private static boolean fits(Value x, Value y) {
    int common = Math.min(x.shape().rank(), y.shape().rank());
    for (int i = 1; i <= common; i++) {
      long a = x.shape().dim(-i).constant();
      long b = y.shape().dim(-i).constant();
      if (a != b && a != 1 && b != 1) {
        return false;
      }
    }
    return Math.max(x.shape().elements(), 1) * Math.max(y.shape().elements(), 1) <= MAX_ELEMENTS
        || x.shape().equals(y.shape());
  }

  private Value product(Value x) {
    int rank = x.shape().rank();
    if (rank < 2) {
      return x.mul(x).tanh();
    }
    long inner = x.shape().dim(-1).constant();
    long columns = draft.chance(0.3) ? draft.between(6, 33) : draft.between(1, 5);
    Value weights = draft.value(draft.dtype, inner, columns).mul(0.25);
    Value y = x.matmul(weights);
    return draft.chance(0.6) ? y.add(draft.value(draft.dtype, columns)) : y;
  }

  private Value reduction(Value x) {
    int rank = x.shape().rank();
    if (rank == 0) {
      return x.cast(DType.F32).mul(0.5).cast(draft.dtype);
    }
    long axis = draft.axis(rank);
    boolean keep = draft.chance(0.5);
    if (x.shape().dim((int) axis).is(0)) {
      return x.reduceSum(keep, axis);
    }
    return switch (draft.below(5)) {
      case 0 -> x.reduceSum(keep, axis).tanh();
      case 1 -> x.reduceMax(keep, axis);
      case 2 -> x.reduceMin(keep, axis);
      case 3 -> {
        integers.add(x.argmax(axis, keep));
        yield x.mean(keep, axis);
      }
      default -> x.mean(true, axis).add(x);
    };
  }

  private Value normalization(Value x) {
    int rank = x.shape().rank();
    if (rank == 0 || x.shape().elements() == 0) {
      return x.add(1);
    }
    Value scale = draft.value(draft.dtype, x.shape().dim(-1).constant());
    return switch (draft.below(4)) {
      case 0 -> x.softmax(draft.axis(rank));
      case 1 -> x.logSoftmax(-1);
      case 2 -> x.rmsNorm(scale, -1, 0.1);
      default ->
          x.layerNorm(scale, draft.value(draft.dtype, x.shape().dim(-1).constant()), -1, 0.1);
    };
  }

  private Value movement(Value x) {
    long[] shape = x.shape().toArray();
    int rank = shape.length;
    return switch (draft.below(6)) {
      case 0 -> {
        long[] to = DataCases.regrouped(draft, shape);
        yield x.reshape(to);
      }
      case 1 -> x.transpose(DataCases.permutation(draft, rank));
      case 2 -> draft.graph.op("slice/1", DataCases.slice(draft, shape), x).getFirst();
      case 3 -> rank == 0 ? x.reshape(1) : joined(x, draft.axis(rank));
      case 4 ->
          x.pad(draft.graph.scalar(x.dtype(), 0.5), draft.fill(rank, 0, 1), draft.fill(rank, 0, 1));
      default -> gathered(x);
    };
  }

  private Value joined(Value x, long axis) {
    Value other = draft.chance(0.5) ? x.neg() : draft.value(x.dtype(), x.shape().toArray());
    return draft.graph.op("concat/1", Attributes.none().with("axis", axis), x, other).getFirst();
  }

  private Value gathered(Value x) {
    int rank = x.shape().rank();
    if (rank == 0 || x.shape().elements() == 0) {
      return x.neg();
    }
    int axis = draft.below(rank);
    Value indices =
        draft.chance(0.3)
            ? draft.oneOf(integers)
            : draft.integers(
                DType.I32, -1, x.shape().dim(axis).constant() - 1, draft.between(1, 4));
    return indices.shape().rank() + rank > 5 ? x.neg() : x.gather(indices, axis);
  }

  private void converted(Value x) {
    switch (draft.below(3)) {
      case 0 -> integers.add(x.mul(2).cast(DType.I32));
      case 1 -> keep(x.cast(draft.oneOf(TYPES)).cast(draft.dtype));
      default -> {
        Value scale = draft.graph.scalar(draft.dtype, 0.0625);
        Value zero = draft.graph.scalar(DType.I8, 3);
        Value raised = x.shape().rank() == 0 ? x.reshape(1) : x;
        keep(raised.quantize(scale, zero, 0, "HALF_EVEN").dequantize(scale, zero, 0));
      }
    }
  }

  private void whole(Value x) {
    Value next =
        switch (draft.below(5)) {
          case 0 -> x.add(draft.between(-3, 3));
          case 1 -> x.mul(draft.between(-3, 3));
          case 2 -> x.rem(5);
          case 3 -> x.max(draft.between(-3, 3));
          default -> x.div(2);
        };
    integers.add(next);
    if (draft.chance(0.5)) {
      keep(next.clip(-8, 8).cast(draft.dtype));
    }
  }
}
