package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One loop of a chain over a block of elements. Operands are slots: {@code memory[slot]} and, for
 * the block at hand, {@code at[slot]} in bytes.
 */
abstract class Instruction {
  final int to;
  final int[] from;

  Instruction(int to, int... from) {
    this.to = to;
    this.from = from;
  }

  /** Runs over n elements, the first being element {@code position} of the chain's shape. */
  abstract void run(MemorySegment[] memory, long[] at, long position, int n);

  abstract String name();

  @Override
  public final String toString() {
    return "%"
        + to
        + " = "
        + name()
        + Arrays.stream(from).mapToObj(slot -> " %" + slot).collect(Collectors.joining());
  }

  /** Loops that {@link Kernels} has. */
  static final class Floats extends Instruction {
    private final Kernels kernels;
    private final Enum<?> op;

    Floats(Kernels kernels, Enum<?> op, int to, int... from) {
      super(to, from);
      this.kernels = kernels;
      this.op = op;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      int a = from[0];
      if (op instanceof Unary unary) {
        kernels.unary(unary, memory[a], at[a], memory[to], at[to], n);
        return;
      }
      int b = from[1];
      switch (op) {
        case Binary binary ->
            kernels.binary(binary, memory[a], at[a], memory[b], at[b], memory[to], at[to], n);
        case Comparison comparison ->
            kernels.compare(comparison, memory[a], at[a], memory[b], at[b], memory[to], at[to], n);
        default -> {
          int c = from[2];
          kernels.select(
              memory[a], at[a], memory[b], at[b], memory[c], at[c], memory[to], at[to], n);
        }
      }
    }

    @Override
    String name() {
      return "f32." + op;
    }
  }

  /** A float and the same constant, on its right or left. */
  static final class FloatsScalar extends Instruction {
    private final Kernels kernels;
    private final Binary op;
    private final float scalar;
    private final boolean right;

    FloatsScalar(Kernels kernels, Binary op, float scalar, boolean right, int to, int from) {
      super(to, from);
      this.kernels = kernels;
      this.op = op;
      this.scalar = scalar;
      this.right = right;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      int a = from[0];
      if (right) {
        kernels.binaryScalar(op, memory[a], at[a], scalar, memory[to], at[to], n);
      } else {
        kernels.scalarBinary(op, scalar, memory[a], at[a], memory[to], at[to], n);
      }
    }

    @Override
    String name() {
      return "f32." + op + (right ? " right " : " left ") + scalar;
    }
  }

  /** Loops over doubles. */
  static final class Doubles extends Instruction {
    private final Enum<?> op;

    Doubles(Enum<?> op, int to, int... from) {
      super(to, from);
      this.op = op;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      MemorySegment a = memory[from[0]];
      long aAt = at[from[0]];
      MemorySegment b = memory[from[from.length - 1]];
      long bAt = at[from[from.length - 1]];
      MemorySegment y = memory[to];
      long yAt = at[to];
      for (int i = 0; i < n; i++) {
        double left = a.get(Elements.F64, aAt + 8L * i);
        double right = b.get(Elements.F64, bAt + 8L * i);
        switch (op) {
          case Unary unary -> y.set(Elements.F64, yAt + 8L * i, ScalarMath.unary(unary, left));
          case Binary binary ->
              y.set(Elements.F64, yAt + 8L * i, ScalarMath.binary(binary, left, right));
          default -> {
            boolean holds = ScalarMath.compare((Comparison) op, left, right);
            y.set(Elements.I8, yAt + i, (byte) (holds ? 1 : 0));
          }
        }
      }
    }

    @Override
    String name() {
      return "f64." + op;
    }
  }

  /** Loops over integers, wrapped to their type. */
  static final class Integers extends Instruction {
    private final Enum<?> op;
    private final DType dtype;

    Integers(Enum<?> op, DType dtype, int to, int... from) {
      super(to, from);
      this.op = op;
      this.dtype = dtype;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      MemorySegment a = memory[from[0]];
      long aAt = at[from[0]];
      MemorySegment b = memory[from[from.length - 1]];
      long bAt = at[from[from.length - 1]];
      MemorySegment y = memory[to];
      long yAt = at[to];
      for (int i = 0; i < n; i++) {
        long left = a.get(Elements.I64, aAt + 8L * i);
        long right = b.get(Elements.I64, bAt + 8L * i);
        if (op instanceof Comparison comparison) {
          boolean holds = ScalarMath.compare(comparison, left, right);
          y.set(Elements.I8, yAt + i, (byte) (holds ? 1 : 0));
        } else {
          long result =
              op instanceof Binary binary
                  ? ScalarMath.binary(binary, left, right)
                  : unary((Unary) op, left);
          y.set(Elements.I64, yAt + 8L * i, Elements.narrow(dtype, result));
        }
      }
    }

    private static long unary(Unary op, long x) {
      return switch (op) {
        case NEG -> -x;
        case ABS -> Math.abs(x);
        case RELU -> Math.max(x, 0);
        default -> throw new IllegalStateException(op + " of integers");
      };
    }

    @Override
    String name() {
      return dtype.name().toLowerCase(Locale.ROOT) + "." + op;
    }
  }

  /** Loops over truth values; equality is there too. */
  static final class Truths extends Instruction {
    private final Enum<?> op;

    Truths(Enum<?> op, int to, int... from) {
      super(to, from);
      this.op = op;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      MemorySegment a = memory[from[0]];
      MemorySegment b = memory[from[from.length - 1]];
      for (int i = 0; i < n; i++) {
        boolean left = a.get(Elements.I8, at[from[0]] + i) != 0;
        boolean right = b.get(Elements.I8, at[from[from.length - 1]] + i) != 0;
        memory[to].set(Elements.I8, at[to] + i, (byte) (apply(left, right) ? 1 : 0));
      }
    }

    private boolean apply(boolean left, boolean right) {
      if (op instanceof Comparison comparison) {
        return ScalarMath.compare(comparison, left ? 1L : 0L, right ? 1L : 0L);
      }
      return switch ((Expr.Logic) op) {
        case AND -> left && right;
        case OR -> left || right;
        default -> !left;
      };
    }

    @Override
    String name() {
      return "bool." + op;
    }
  }

  /** A choice between elements of 8 bytes or of one. */
  static final class Choose extends Instruction {
    private final int bytes;

    Choose(int bytes, int to, int... from) {
      super(to, from);
      this.bytes = bytes;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      for (int i = 0; i < n; i++) {
        boolean first = memory[from[0]].get(Elements.I8, at[from[0]] + i) != 0;
        int chosen = first ? from[1] : from[2];
        if (bytes == 8) {
          long value = memory[chosen].get(Elements.I64, at[chosen] + 8L * i);
          memory[to].set(Elements.I64, at[to] + 8L * i, value);
        } else {
          memory[to].set(Elements.I8, at[to] + i, memory[chosen].get(Elements.I8, at[chosen] + i));
        }
      }
    }

    @Override
    String name() {
      return "select" + bytes;
    }
  }
}
