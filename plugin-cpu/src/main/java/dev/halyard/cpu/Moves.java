package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Instructions that move elements between memory and registers, or between kinds of registers. */
final class Moves {
  private Moves() {}

  /** Copies n stored elements to a register, the next one {@code step} elements on. */
  static void load(
      DType dtype, MemorySegment x, long xAt, long step, MemorySegment y, long yAt, int n) {
    long stride = step * dtype.bytes();
    switch (dtype.name()) {
      case "F32" -> {
        for (int i = 0; i < n; i++) {
          y.set(Elements.F32, yAt + 4L * i, x.get(Elements.F32, xAt + stride * i));
        }
      }
      case "F16" -> {
        for (int i = 0; i < n; i++) {
          float wide = Float.float16ToFloat(x.get(Elements.I16, xAt + stride * i));
          y.set(Elements.F32, yAt + 4L * i, wide);
        }
      }
      case "BF16" -> {
        for (int i = 0; i < n; i++) {
          int bits = x.get(Elements.I16, xAt + stride * i) << 16;
          y.set(Elements.I32, yAt + 4L * i, bits);
        }
      }
      case "F64", "I64" -> {
        for (int i = 0; i < n; i++) {
          y.set(Elements.I64, yAt + 8L * i, x.get(Elements.I64, xAt + stride * i));
        }
      }
      case "BOOL" -> {
        for (int i = 0; i < n; i++) {
          y.set(Elements.I8, yAt + i, x.get(Elements.I8, xAt + stride * i));
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          y.set(Elements.I64, yAt + 8L * i, Elements.integer(dtype, x, xAt + stride * i));
        }
      }
    }
  }

  /** Loads what lies at the slot for this row: neighbours, or one element again and again. */
  static final class Load extends Instruction {
    private final DType dtype;
    private final long step;

    Load(DType dtype, long step, int to, int from) {
      super(to, from);
      this.dtype = dtype;
      this.step = step;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      load(dtype, memory[from[0]], at[from[0]], step, memory[to], at[to], n);
    }

    @Override
    String name() {
      return (step == 0 ? "repeat " : "load ") + dtype;
    }
  }

  /** Loads a block that crosses rows. The slot of the operand stays at its first element. */
  static final class LoadRows extends Instruction {
    private final DType dtype;
    private final Geometry geometry;
    private final int operand;
    private final int bytes;

    LoadRows(DType dtype, Geometry geometry, int operand, int to, int from) {
      super(to, from);
      this.dtype = dtype;
      this.geometry = geometry;
      this.operand = operand;
      bytes = Kind.of(dtype).bytes();
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      long inner = geometry.inner();
      long step = geometry.innerStride(operand);
      long row = position / inner;
      long column = position - row * inner;
      int done = 0;
      while (done < n) {
        int part = (int) Math.min(inner - column, n - done);
        long element = geometry.rowStart(operand, row) + column * step;
        long source = at[from[0]] + element * dtype.bytes();
        long target = at[to] + (long) done * bytes;
        load(dtype, memory[from[0]], source, step, memory[to], target, part);
        done += part;
        row++;
        column = 0;
      }
    }

    @Override
    String name() {
      return "load rows " + dtype;
    }
  }

  /** Fills a register with a constant. */
  static final class Fill extends Instruction {
    private final Kind kind;
    private final double number;
    private final long integer;

    Fill(Expr.Constant constant, int to) {
      super(to);
      kind = constant.kind();
      number = constant.number;
      integer = constant.integer;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      for (int i = 0; i < n; i++) {
        switch (kind) {
          case F32 -> memory[to].set(Elements.F32, at[to] + 4L * i, (float) number);
          case F64 -> memory[to].set(Elements.F64, at[to] + 8L * i, number);
          case INTEGER -> memory[to].set(Elements.I64, at[to] + 8L * i, integer);
          case TRUTH -> memory[to].set(Elements.I8, at[to] + i, (byte) integer);
        }
      }
    }

    @Override
    String name() {
      return "fill " + (kind == Kind.F32 || kind == Kind.F64 ? (Object) number : (Object) integer);
    }
  }

  /** Stores a register, rounded or cut to the type of the output. */
  static final class Store extends Instruction {
    private final DType dtype;

    Store(DType dtype, int to, int from) {
      super(to, from);
      this.dtype = dtype;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      MemorySegment x = memory[from[0]];
      long xAt = at[from[0]];
      MemorySegment y = memory[to];
      long yAt = at[to];
      switch (dtype.name()) {
        case "F16", "BF16" -> {
          for (int i = 0; i < n; i++) {
            Elements.putNumber(dtype, y, yAt + 2L * i, x.get(Elements.F32, xAt + 4L * i));
          }
        }
        case "I8", "U8", "I16", "I32" -> {
          int bytes = dtype.bytes();
          for (int i = 0; i < n; i++) {
            long value = x.get(Elements.I64, xAt + 8L * i);
            Elements.putInteger(dtype, y, yAt + (long) bytes * i, value);
          }
        }
        default -> {
          int bytes = dtype.bytes();
          MemorySegment.copy(x, xAt, y, yAt, (long) bytes * n);
        }
      }
    }

    @Override
    String name() {
      return "store " + dtype;
    }
  }

  /** Converts registers from one type to another. */
  static final class Cast extends Instruction {
    private final DType source;
    private final DType target;

    Cast(DType source, DType target, int to, int from) {
      super(to, from);
      this.source = source;
      this.target = target;
    }

    @Override
    void run(MemorySegment[] memory, long[] at, long position, int n) {
      MemorySegment x = memory[from[0]];
      long xAt = at[from[0]];
      for (int i = 0; i < n; i++) {
        switch (Kind.of(source)) {
          case F32 -> put(x.get(Elements.F32, xAt + 4L * i), memory[to], at[to], i);
          case F64 -> put(x.get(Elements.F64, xAt + 8L * i), memory[to], at[to], i);
          case INTEGER -> put(x.get(Elements.I64, xAt + 8L * i), memory[to], at[to], i);
          case TRUTH -> put((long) x.get(Elements.I8, xAt + i), memory[to], at[to], i);
        }
      }
    }

    private void put(double value, MemorySegment y, long yAt, int i) {
      switch (Kind.of(target)) {
        case F32 -> y.set(Elements.F32, yAt + 4L * i, Elements.round(target, (float) value));
        case F64 -> y.set(Elements.F64, yAt + 8L * i, value);
        case INTEGER -> y.set(Elements.I64, yAt + 8L * i, Elements.saturate(target, value));
        case TRUTH -> y.set(Elements.I8, yAt + i, (byte) (value != 0 ? 1 : 0));
      }
    }

    private void put(long value, MemorySegment y, long yAt, int i) {
      switch (Kind.of(target)) {
        case F32 -> y.set(Elements.F32, yAt + 4L * i, Elements.round(target, (float) value));
        case F64 -> y.set(Elements.F64, yAt + 8L * i, (double) value);
        case INTEGER -> y.set(Elements.I64, yAt + 8L * i, Elements.narrow(target, value));
        case TRUTH -> y.set(Elements.I8, yAt + i, (byte) (value != 0 ? 1 : 0));
      }
    }

    @Override
    String name() {
      return "cast " + source + " to " + target;
    }
  }
}
