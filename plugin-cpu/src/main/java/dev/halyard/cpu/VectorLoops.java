package dev.halyard.cpu;

import dev.halyard.cpu.LaneCode.Floats;
import dev.halyard.cpu.LoopGenerator.Body;
import dev.halyard.cpu.LoopGenerator.Description;
import dev.halyard.cpu.LoopGenerator.Reduction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The loops behind {@link VectorKernels} for one vector width, each generated at its first use. */
final class VectorLoops {
  /** Stores s. */
  final LazyLoop fill;

  /** Stores s * a + b. */
  final LazyLoop axpy;

  final LazyLoop sum;
  final LazyLoop max;
  final LazyLoop min;

  /** Sums a * b. */
  final LazyLoop dot;

  /** Sums (a - s)^2 less the rounding error t of the mean s. */
  final LazyLoop sumSquares;

  /** Sums a - s. */
  final LazyLoop sumCentered;

  /** Stores e^(a - s) and sums it. */
  final LazyLoop powers;

  /** Sums e^(a - s). */
  final LazyLoop sumPowers;

  /** Stores (a - s) - t. */
  final LazyLoop shift;

  /** Stores ((a - s) - t) * u * b + c. */
  final LazyLoop normalize;

  /** Stores a * s * b. */
  final LazyLoop scale;

  /** Stores b where a byte of a isn't 0, else c; for multiples of {@link #truthStep}. */
  final LazyLoop select;

  private final int bits;
  private final Map<Unary, LazyLoop> unary = new EnumMap<>(Unary.class);
  private final Map<Binary, LazyLoop> binary = new EnumMap<>(Binary.class);
  private final Map<Binary, LazyLoop> withRight = new EnumMap<>(Binary.class);
  private final Map<Binary, LazyLoop> withLeft = new EnumMap<>(Binary.class);
  private final Map<Comparison, LazyLoop> comparisons = new EnumMap<>(Comparison.class);
  private final LazyLoop square;
  private final LazyLoop cube;
  private final LazyLoop atMost;
  private final LazyLoop atLeast;

  VectorLoops(int bits) {
    this.bits = bits;
    fill = store("Fill", 0, 1, (code, x, s) -> s.get(0));
    axpy = store("Axpy", 2, 1, (code, x, s) -> code.fma(x.get(0), s.get(0), x.get(1)));
    sum = reduce("Sum", 1, 0, Reduction.ADD, (code, x, s) -> x.get(0));
    max = reduce("Max", 1, 0, Reduction.MAX, (code, x, s) -> x.get(0));
    min = reduce("Min", 1, 0, Reduction.MIN, (code, x, s) -> x.get(0));
    dot = reduce("Dot", 2, 0, Reduction.ADD, (code, x, s) -> code.mul(x.get(0), x.get(1)));
    sumCentered =
        reduce("SumCentered", 1, 1, Reduction.ADD, (code, x, s) -> code.sub(x.get(0), s.get(0)));
    sumSquares =
        reduce(
            "SumSquares",
            1,
            2,
            Reduction.ADD,
            (code, x, s) -> {
              Floats off = code.sub(code.sub(x.get(0), s.get(0)), s.get(1));
              return code.mul(off, off);
            });
    powers = loop("Powers", 1, 1, true, Reduction.ADD, VectorLoops::power);
    sumPowers = reduce("SumPowers", 1, 1, Reduction.ADD, VectorLoops::power);
    shift = store("Shift", 1, 2, (code, x, s) -> code.sub(code.sub(x.get(0), s.get(0)), s.get(1)));
    normalize =
        store(
            "Normalize",
            3,
            3,
            (code, x, s) -> {
              Floats off = code.sub(code.sub(x.get(0), s.get(0)), s.get(1));
              return code.fma(code.mul(off, s.get(2)), x.get(1), x.get(2));
            });
    scale = store("Scale", 2, 1, (code, x, s) -> code.mul(code.mul(x.get(0), s.get(0)), x.get(1)));
    square = store("Square", 1, 0, (code, x, s) -> code.mul(x.get(0), x.get(0)));
    cube = store("Cube", 1, 0, (code, x, s) -> code.mul(code.mul(x.get(0), x.get(0)), x.get(0)));
    // A NaN fails the comparison and stays; the bound is neither NaN nor 0, whose sign would count.
    atMost = store("AtMost", 1, 1, (code, x, s) -> bound(code, Comparison.GT, x.get(0), s.get(0)));
    atLeast =
        store("AtLeast", 1, 1, (code, x, s) -> bound(code, Comparison.LT, x.get(0), s.get(0)));
    select = new LazyLoop(() -> TruthLoopGenerator.selection(bits));
    for (Comparison op : Comparison.values()) {
      comparisons.put(op, new LazyLoop(() -> TruthLoopGenerator.comparison(op, bits)));
    }
    for (Unary op : Unary.values()) {
      unary.put(op, store(op.name(), 1, 0, (code, x, s) -> new LaneMath(code).unary(op, x.get(0))));
    }
    for (Binary op : Binary.values()) {
      binary.put(op, store(op.name(), 2, 0, (code, x, s) -> apply(code, op, x.get(0), x.get(1))));
      withRight.put(
          op, store(op + "Right", 1, 1, (code, x, s) -> apply(code, op, x.get(0), s.get(0))));
      withLeft.put(
          op, store(op + "Left", 1, 1, (code, x, s) -> apply(code, op, s.get(0), x.get(0))));
    }
  }

  /** {@return the loop of a function; null where it has no vector form} */
  @Nullable LazyLoop unary(Unary op) {
    return op == Unary.SIN || op == Unary.COS ? null : unary.get(op);
  }

  /** {@return the loop a op b; null where it has no vector form} */
  @Nullable LazyLoop binary(Binary op) {
    return hasVectorForm(op) ? binary.get(op) : null;
  }

  /** {@return the loop a op s; null where it has no vector form} */
  @Nullable LazyLoop withRight(Binary op, float right) {
    if (op == Binary.POW) {
      return right == 2 ? square : right == 3 ? cube : null;
    }
    if (right < 0 || right > 0) {
      if (op == Binary.MIN) {
        return atMost;
      }
      if (op == Binary.MAX) {
        return atLeast;
      }
    }
    return hasVectorForm(op) ? withRight.get(op) : null;
  }

  /** {@return the loop s op a; null where it has no vector form} */
  @Nullable LazyLoop withLeft(Binary op, float left) {
    if (op == Binary.MIN || op == Binary.MAX) {
      return withRight(op, left);
    }
    return hasVectorForm(op) ? withLeft.get(op) : null;
  }

  /** {@return the loop that stores as bytes whether a compares with b; see {@link #truthStep}} */
  LazyLoop comparison(Comparison op) {
    return Objects.requireNonNull(comparisons.get(op));
  }

  /** {@return the elements that loops over truth values do at once; others they leave} */
  int truthStep() {
    return TruthLoopGenerator.step(bits);
  }

  private static boolean hasVectorForm(Binary op) {
    return op != Binary.REM && op != Binary.POW;
  }

  private static Floats apply(LaneCode code, Binary op, Floats x, Floats y) {
    return switch (op) {
      case ADD -> code.add(x, y);
      case SUB -> code.sub(x, y);
      case MUL -> code.mul(x, y);
      case DIV -> code.div(x, y);
      case MIN -> code.min(x, y);
      case MAX -> code.max(x, y);
      case REM, POW -> throw new IllegalArgumentException(op + " has no vector form");
    };
  }

  private static Floats bound(LaneCode code, Comparison beyond, Floats x, Floats limit) {
    return code.select(code.compare(beyond, x, limit), limit, x);
  }

  private static Floats power(LaneCode code, List<Floats> operands, List<Floats> numbers) {
    return new LaneMath(code).unary(Unary.EXP, code.sub(operands.get(0), numbers.get(0)));
  }

  private LazyLoop store(String name, int operands, int numbers, Body body) {
    return loop(name, operands, numbers, true, null, body);
  }

  private LazyLoop reduce(String name, int operands, int numbers, Reduction reduction, Body body) {
    return loop(name, operands, numbers, false, reduction, body);
  }

  private LazyLoop loop(
      String name,
      int operands,
      int numbers,
      boolean stores,
      @Nullable Reduction reduction,
      Body body) {
    Description description = new Description(name, operands, numbers, stores, reduction, body);
    return new LazyLoop(() -> LoopGenerator.make(description, bits));
  }
}
