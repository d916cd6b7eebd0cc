package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Sums, products and extremes along axes. */
final class ReduceSteps {
  // Rows that several threads share, if there are not enough of them to give each its own.
  private static final int FEW_OUTPUTS = 64;
  private static final int LONG_ROW = 65_536;

  /** Elements whose sum is taken in F32; such sums are added in F64. */
  private static final int F32_SUM = 4096;

  private final NodeLowering node;
  private final Binary op;
  private final Operand from;
  private final Operand to;
  private final List<long[]> kept = new ArrayList<>();
  private final List<long[]> reduced = new ArrayList<>();
  private boolean reducedLast;

  private ReduceSteps(NodeLowering node) {
    this.node = node;
    op =
        switch (node.node().op()) {
          case "reduce_sum/1" -> Binary.ADD;
          case "reduce_prod/1" -> Binary.MUL;
          case "reduce_max/1" -> Binary.MAX;
          default -> Binary.MIN;
        };
    from = node.widened(0);
    to = node.wideOut(0);
    sortAxes();
  }

  static void lower(NodeLowering node) {
    ReduceSteps steps = new ReduceSteps(node);
    steps.add();
    node.narrow(0, steps.to);
  }

  /** Merges neighbouring axes that are all kept or all reduced: {extent, stride}. */
  private void sortAxes() {
    boolean[] isReduced = new boolean[from.rank()];
    for (long axis : node.integers("axes")) {
      isReduced[NodeLowering.axis(axis, from)] = true;
    }
    long[] strides = Operand.strides(from.extents());
    boolean first = true;
    for (int i = 0; i < isReduced.length; i++) {
      if (from.extent(i) == 1) {
        continue;
      }
      List<long[]> list = isReduced[i] ? reduced : kept;
      if (!first && isReduced[i] == reducedLast) {
        list.getLast()[0] *= from.extent(i);
        list.getLast()[1] = strides[i];
      } else {
        list.add(new long[] {from.extent(i), strides[i]});
      }
      reducedLast = isReduced[i];
      first = false;
    }
  }

  private static long count(List<long[]> axes) {
    return axes.stream().mapToLong(axis -> axis[0]).reduce(1, (a, b) -> a * b);
  }

  private static long[] column(List<long[]> axes, int column) {
    return axes.stream().mapToLong(axis -> axis[column]).toArray();
  }

  private void add() {
    long outputs = to.elements();
    double units = (double) outputs * count(reduced);
    String name = op.name().toLowerCase(Locale.ROOT);
    if (from.dtype() != DType.F32) {
      node.add("reduce by " + name, outputs, units * 4, this::general);
    } else if (outputs == 0) {
      return;
    } else if (!reducedLast && !kept.isEmpty()) {
      columns(name);
    } else if (outputs < FEW_OUTPUTS && !reduced.isEmpty() && reduced.getLast()[0] >= LONG_ROW) {
      reduction(name, kept, reduced.subList(0, reduced.size() - 1), reduced.getLast()[0], 1);
    } else {
      node.add("reduce rows by " + name, outputs, units, this::rows);
    }
  }

  /** The innermost axis is reduced: a row at a time. */
  private RangePlan.Body rows(Memory memory) {
    MemorySegment source = memory.at(from);
    MemorySegment target = memory.at(to);
    Kernels kernels = node.lowering().kernels();
    Offsets outer = new Offsets(column(kept, 0), column(kept, 1));
    int length = reduced.isEmpty() ? 1 : Math.toIntExact(reduced.getLast()[0]);
    List<long[]> others = reduced.isEmpty() ? List.of() : reduced.subList(0, reduced.size() - 1);
    Offsets rows = new Offsets(column(others, 0), column(others, 1));
    long rowCount = count(others);
    return (first, last, worker) -> {
      for (long i = first; i < last; i++) {
        long base = outer.of(i);
        double sum = identity();
        for (long row = 0; row < rowCount; row++) {
          long at = 4 * (base + rows.of(row));
          for (int done = 0; done < length; done += F32_SUM) {
            int some = Math.min(F32_SUM, length - done);
            sum = ScalarMath.binary(op, sum, row(kernels, source, at + 4L * done, some));
          }
        }
        target.set(Elements.F32, 4 * i, (float) sum);
      }
    };
  }

  private double row(Kernels kernels, MemorySegment source, long at, int n) {
    return switch (op) {
      case ADD -> kernels.sum(source, at, n);
      case MUL -> kernels.product(source, at, n);
      case MAX -> kernels.max(source, at, n);
      default -> kernels.min(source, at, n);
    };
  }

  private double identity() {
    return switch (op) {
      case ADD -> 0;
      case MUL -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      default -> Double.POSITIVE_INFINITY;
    };
  }

  private long integerIdentity() {
    return switch (op) {
      case ADD -> 0;
      case MUL -> 1;
      case MAX -> Elements.least(to.dtype());
      default -> Elements.greatest(to.dtype());
    };
  }

  /** The innermost axis is kept: rows are added up element by element. */
  private void columns(String name) {
    boolean one = reduced.isEmpty();
    List<long[]> runs = one ? List.of() : reduced.subList(0, reduced.size() - 1);
    long run = one ? 1 : reduced.getLast()[0];
    List<long[]> matrices = kept.subList(0, kept.size() - 1);
    reduction(name, matrices, runs, run, Math.toIntExact(kept.getLast()[0]));
  }

  private void reduction(
      String name, List<long[]> matrices, List<long[]> runs, long run, int length) {
    Offsets outer = new Offsets(column(matrices, 0), column(matrices, 1));
    Offsets rows = new Offsets(column(runs, 0), column(runs, 1));
    new ColumnReduction(node, op, identity(), from, to, outer, rows, run, length).add(name);
  }

  /** Any type, element by element. */
  private RangePlan.Body general(Memory memory) {
    MemorySegment source = memory.at(from);
    MemorySegment target = memory.at(to);
    Offsets outer = new Offsets(column(kept, 0), column(kept, 1));
    Offsets inner = new Offsets(column(reduced, 0), column(reduced, 1));
    long count = count(reduced);
    int bytes = from.dtype().bytes();
    return (first, last, worker) -> {
      for (long i = first; i < last; i++) {
        long base = outer.of(i);
        if (from.dtype().isFloat()) {
          double value = identity();
          for (long j = 0; j < count; j++) {
            long at = (base + inner.of(j)) * bytes;
            value = ScalarMath.binary(op, value, Elements.number(from.dtype(), source, at));
          }
          Elements.putNumber(to.dtype(), target, i * bytes, value);
        } else {
          long value = integerIdentity();
          for (long j = 0; j < count; j++) {
            long at = (base + inner.of(j)) * bytes;
            value = ScalarMath.binary(op, value, Elements.integer(from.dtype(), source, at));
          }
          Elements.putInteger(to.dtype(), target, i * bytes, value);
        }
      }
    };
  }

  @Override
  public String toString() {
    return op + " of " + from + " over " + Arrays.deepToString(reduced.toArray());
  }
}
