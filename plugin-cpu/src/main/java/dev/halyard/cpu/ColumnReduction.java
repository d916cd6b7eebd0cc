package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/**
 * Reductions in F32 over rows of neighbours that go to different results: a matrix of {@code rows}
 * rows becomes one of its length. A single result of very many elements is a row of length 1.
 *
 * <p>Rows are added pairwise in F32, {@value #ROWS} at a time, and these sums in F64: a sum is off
 * by at most six roundings to F32 and the last one. How rows and columns are cut depends on the
 * shape alone, and parts are combined in order, so that a result is the same however many threads
 * share the work.
 */
final class ColumnReduction {
  private static final int LEVELS = 6;
  private static final int ROWS = 1 << LEVELS;

  /** Elements of a row taken at once: 4 KiB per level stay in the first-level cache. */
  private static final int BLOCK = 1024;

  // Enough parts for the threads of a large machine; few enough that combining them costs nothing.
  private static final int MOST_PARTS = 64;
  private static final long WORTH_A_PART = 65_536;

  private final NodeLowering node;
  private final Kernels kernels;
  private final Binary op;
  private final double identity;
  private final Operand from;
  private final Operand to;
  private final Offsets matrices;
  private final Offsets runs;
  private final long matrixCount;
  private final long rows;
  // Rows that lie one behind the other; narrow ones are taken several at once.
  private final long run;
  private final int together;
  private final int length;
  private final int blocks;
  private final int width;
  private final int parts;

  /**
   * Prepares a reduction.
   *
   * @param node what asks for it
   * @param op the operation
   * @param identity its identity
   * @param from the elements
   * @param to the results
   * @param matrices where each matrix begins
   * @param runs where each run of its rows begins
   * @param run how many rows lie one behind the other
   * @param length elements of a row, which is kept
   */
  ColumnReduction(
      NodeLowering node,
      Binary op,
      double identity,
      Operand from,
      Operand to,
      Offsets matrices,
      Offsets runs,
      long run,
      int length) {
    this.node = node;
    this.op = op;
    this.identity = identity;
    this.from = from;
    this.to = to;
    this.matrices = matrices;
    this.runs = runs;
    this.run = run;
    this.length = length;
    kernels = node.lowering().kernels();
    matrixCount = product(matrices);
    rows = product(runs) * run;
    blocks = Math.ceilDiv(length, BLOCK);
    together = (int) Math.clamp(BLOCK / Math.max(1, length), 1, Math.max(1, run));
    width = Math.min(together * length, BLOCK);
    long worth = Math.max(1, rows * length / WORTH_A_PART);
    long free = Math.max(1, MOST_PARTS / Math.max(1, matrixCount * blocks));
    parts = (int) Math.clamp(Math.min(worth, free), 1, Math.max(1, rows));
  }

  private static long product(Offsets box) {
    long product = 1;
    for (long extent : box.extents()) {
      product *= extent;
    }
    return product;
  }

  void add(String name) {
    Operand sums = parts == 1 ? to : node.region().temporary(DType.F64, matrixCount, parts, length);
    String cut =
        (blocks == 1 ? "" : " in blocks of " + BLOCK + " columns")
            + (parts == 1 ? "" : " in " + parts + " parts of the rows");
    node.add(
        "reduce " + rows + " rows of " + length + " by " + name + cut,
        matrixCount * parts * blocks,
        (double) matrixCount * rows * length,
        (long) width * (LEVELS * Float.BYTES + Double.BYTES),
        memory -> {
          Run body = new Run(memory.at(from), memory.at(sums), memory.workspace());
          return (first, last, worker) -> {
            for (long piece = first; piece < last; piece++) {
              body.piece(piece, memory.scratchAt() + worker * memory.scratchBytes());
            }
          };
        });
    if (parts > 1) {
      combine(sums, name);
    }
  }

  /** Combines the parts in their order. */
  private void combine(Operand sums, String name) {
    node.add(
        "combine " + parts + " parts by " + name,
        to.elements(),
        (double) to.elements() * parts,
        memory -> {
          MemorySegment source = memory.at(sums);
          MemorySegment target = memory.at(to);
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long at = i / length * parts * length + i % length;
              double total = identity;
              for (int part = 0; part < parts; part++) {
                double sum = source.get(Elements.F64, 8 * (at + (long) part * length));
                total = ScalarMath.binary(op, total, sum);
              }
              target.set(Elements.F32, 4 * i, (float) total);
            }
          };
        });
  }

  /** The reduction bound to memory. A worker's scratch memory: the totals, then the levels. */
  private final class Run {
    private final MemorySegment source;
    private final MemorySegment target;
    private final MemorySegment scratch;

    Run(MemorySegment source, MemorySegment target, MemorySegment scratch) {
      this.source = source;
      this.target = target;
      this.scratch = scratch;
    }

    /** A block of columns of a part of the rows of a matrix. */
    void piece(long piece, long totals) {
      int column = (int) (piece % blocks) * BLOCK;
      long part = piece / blocks % parts;
      long matrix = piece / blocks / parts;
      int columns = Math.min(BLOCK, length - column);
      int n = blocks == 1 ? width : columns;
      long base = matrices.of(matrix) + column;
      long end = Work.begin(rows, parts, (int) part + 1);
      long levels = totals + (long) width * Double.BYTES;
      boolean direct = parts == 1 && together == 1 && rows <= ROWS;
      if (!direct) {
        for (int i = 0; i < n; i++) {
          scratch.set(Elements.F64, totals + 8L * i, identity);
        }
      }
      int depth = 0;
      int pairs = 0;
      long row = Work.begin(rows, parts, (int) part);
      while (row < end) {
        long here = Math.min(Math.min(together, run - row % run), end - row);
        long next = row + here;
        long there = next == end ? 0 : Math.min(Math.min(together, run - next % run), end - next);
        pair(base, row, here, next, there, level(levels, depth++), n);
        row = next + there;
        pairs++;
        // As many sums are merged as the count of pairs has zeros at its end: those of equal size.
        for (int merged = pairs; (merged & 1) == 0; merged >>= 1) {
          merge(levels, --depth, n);
        }
        if (pairs == ROWS / 2 && row < end) {
          addToTotals(levels, totals, n);
          depth = 0;
          pairs = 0;
        }
      }
      while (depth > 1) {
        merge(levels, --depth, n);
      }
      long at = ((matrix * parts + part) * length) + column;
      if (direct) {
        storeDirectly(depth == 0, levels, at, n);
        return;
      }
      if (depth == 1) {
        addToTotals(levels, totals, n);
      }
      store(totals, at, columns);
    }

    private long level(long levels, int depth) {
      return levels + (long) depth * width * Float.BYTES;
    }

    /** A first sum: of the rows from one on and those from another on. */
    private void pair(long base, long row, long here, long next, long there, long sum, int n) {
      long left = address(base, row);
      if (here == together && there == together) {
        kernels.binary(op, source, left, source, address(base, next), scratch, sum, n);
        return;
      }
      kernels.fill((float) identity, scratch, sum, n);
      int count = (int) (n / together * here);
      kernels.binary(op, scratch, sum, source, left, scratch, sum, count);
      if (there > 0) {
        int others = (int) (n / together * there);
        long right = address(base, next);
        kernels.binary(op, scratch, sum, source, right, scratch, sum, others);
      }
    }

    private long address(long base, long row) {
      return Float.BYTES * (base + runs.of(row / run) + row % run * length);
    }

    /** Merges the sum of a level into that of the level before. */
    private void merge(long levels, int depth, int n) {
      long into = level(levels, depth - 1);
      kernels.binary(op, scratch, into, scratch, level(levels, depth), scratch, into, n);
    }

    private void addToTotals(long sums, long totals, int n) {
      for (int i = 0; i < n; i++) {
        double total = scratch.get(Elements.F64, totals + 8L * i);
        double sum = scratch.get(Elements.F32, sums + 4L * i);
        scratch.set(Elements.F64, totals + 8L * i, ScalarMath.binary(op, total, sum));
      }
    }

    private void storeDirectly(boolean empty, long sums, long at, int n) {
      if (empty) {
        kernels.fill((float) identity, target, 4 * at, n);
      } else {
        // With the identity once more, so that a sum of -0 is 0.
        kernels.binaryScalar(op, scratch, sums, (float) identity, target, 4 * at, n);
      }
    }

    private void store(long totals, long at, int columns) {
      for (int i = 0; i < columns; i++) {
        double total = scratch.get(Elements.F64, totals + 8L * i);
        for (int other = 1; other < together; other++) {
          long next = totals + 8L * (i + (long) other * length);
          total = ScalarMath.binary(op, total, scratch.get(Elements.F64, next));
        }
        if (parts == 1) {
          target.set(Elements.F32, 4 * (at + i), (float) total);
        } else {
          target.set(Elements.F64, 8 * (at + i), total);
        }
      }
    }
  }
}
